const fs = require('fs');
fs.writeFile('a.txt', 'one\n', () => fs.appendFile('a.txt', 'two\n', () => fs.readFile('a.txt', 'utf8', (e, t) => {
  console.log(t);
  fs.stat('a.txt', async (e2, s) => {
    console.log(s.size, s.mode.toString(8), s.uid);
    await fs.promises.mkdir('d/e', { recursive: true });
    console.log((await fs.promises.readdir('.')).includes('d'));
    await fs.promises.writeFile('/usr/x', '').catch((e3) => console.log(e3.code));
    fs.readFile('/nothing', (e4) => console.log(e4.message));
  });
})));
