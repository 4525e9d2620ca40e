const { Worker } = require('worker_threads'); const z = require('zlib'); const c = require('crypto');
let n = 0; const done = () => { if (++n === 12) console.log('all'); };
for (let i = 0; i < 2; i++) new Worker('let s = 0; for (let i = 0; i < 1e6; i++) s += i; s', { eval: true }).on('exit', done);
for (let i = 0; i < 5; i++) { z.deflate(Buffer.alloc(1e5), done); c.pbkdf2('a', 'b', 500, 20, 'sha1', done); }
