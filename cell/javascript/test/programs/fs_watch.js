const fs = require('fs');
fs.writeFileSync('f', '1');
const w = fs.watch('f', (kind, name) => { console.log(kind, name); w.close(); });
setTimeout(() => fs.writeFileSync('f', '2'), 50);
