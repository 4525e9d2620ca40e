const { Worker } = require('worker_threads');
let done = 0, sum = 0;
for (let i = 0; i < 3; i++) {
  const w = new Worker(`const { parentPort } = require('worker_threads'); const m = require('lodash'); parentPort.postMessage(m.sum([${i}, 10]));`, { eval: true });
  w.on('message', (m) => { sum += m; });
  w.on('exit', () => { if (++done === 3) console.log(sum); });
}
