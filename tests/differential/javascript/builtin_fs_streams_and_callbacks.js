const fs = require('fs');
const out = fs.createWriteStream('s');
for (let i = 0; i < 1000; i++) out.write(`line ${i}\n`);
out.end(() => {
  let bytes = 0, chunks = 0;
  fs.createReadStream('s', { highWaterMark: 1024, start: 10 }).on('data', (c) => { bytes += c.length; chunks++; }).on('close', () => { console.log('read', bytes, chunks, out.bytesWritten); fails(); });
  const fails = () => fs.readFile('none', (error) => { console.log(error.message); fs.createReadStream('none').on('error', (e) => console.log('stream', e.code)); });
});
