const { Worker, isMainThread, parentPort, workerData, threadId } = require('worker_threads');
if (isMainThread) {
  const w = new Worker(__filename, { workerData: { n: 20 } });
  w.on('message', (m) => console.log('message', m));
  w.on('exit', (c) => console.log('exit', c));
  w.on('error', (e) => console.log('error', e));
} else {
  const fib = (n) => n < 2 ? n : fib(n - 1) + fib(n - 2);
  console.log('in worker', threadId, process.argv.length);
  parentPort.postMessage(fib(workerData.n));
}
