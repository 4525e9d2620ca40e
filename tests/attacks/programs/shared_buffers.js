// Memory shared by threads is the execution's, however many share it.
const { Worker } = require('node:worker_threads');
console.log('before');
const buffers = Array.from({ length: 40 }, () => new SharedArrayBuffer(16 << 20));
for (let half = 0; half < 2; half++) {
  new Worker("const { workerData } = require('node:worker_threads'); for (const b of workerData) new Uint8Array(b).fill(7);",
    { eval: true, workerData: buffers.filter((_, i) => i % 2 === half) });
}
