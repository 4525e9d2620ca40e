const fs = require('fs');
fs.writeFileSync('w', '1');
const watcher = fs.watch('w', (type, name) => { console.log(type, name); watcher.close(); });
setTimeout(() => fs.writeFileSync('w', '22'), 10);
fs.watchFile('w', { interval: 5000 }, () => {}); fs.unwatchFile('w');
