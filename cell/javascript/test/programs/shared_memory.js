const { Worker } = require('worker_threads');
const shared = new Int32Array(new SharedArrayBuffer(8));
new Worker('const { workerData } = require("worker_threads"); Atomics.add(workerData, 0, 5); Atomics.store(workerData, 1, 1); Atomics.notify(workerData, 1);', { eval: true, workerData: shared });
Atomics.wait(shared, 1, 0);
console.log(Atomics.load(shared, 0));
