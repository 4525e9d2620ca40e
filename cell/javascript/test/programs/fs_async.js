const fs = require('fs');
fs.writeFile('a.txt', 'one\n', (e) => fs.appendFile('a.txt', 'two\n', () => fs.readFile('a.txt', 'utf8', (e2, t) => { console.log(t); fs.stat('a.txt', (e3, s) => console.log(s.size, s.mode.toString(8), s.uid)); })));
fs.promises.mkdir('d/e', { recursive: true }).then(() => fs.promises.readdir('.')).then((l) => console.log(l.includes('d')));
fs.readFile('/nothing', (e) => console.log(e.message));
fs.promises.writeFile('/usr/x', '').catch((e) => console.log(e.code));
