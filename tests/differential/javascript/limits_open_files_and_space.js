const fs = require('fs'); const open = [];
try { for (;;) open.push(fs.openSync('/dev/null')); } catch (e) { console.log(e.code, open.length > 150, open.length < 256); }
open.forEach((fd) => fs.closeSync(fd));
let written = 0; try { const fd = fs.openSync('/tmp/big', 'w'); for (;;) written += fs.writeSync(fd, Buffer.alloc(1 << 20)); } catch (e) { console.log(e.code, written >> 20); }
