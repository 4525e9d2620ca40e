const fs = require('fs');
const w = fs.createWriteStream('big');
for (let i = 0; i < 50; i++) w.write('z'.repeat(10000));
w.end(() => { let n = 0; fs.createReadStream('big').on('data', (d) => { n += d.length; }).on('close', () => console.log(n)); });
