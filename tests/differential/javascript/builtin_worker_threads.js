const { Worker, isMainThread, parentPort, workerData, threadId, SHARE_ENV, MessageChannel, receiveMessageOnPort } = require('worker_threads');
if (isMainThread) {
  const shared = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(__filename, { workerData: { shared, n: 5 } });
  worker.on('message', (m) => console.log('main got', m)).on('exit', (code) => console.log('exit', code, Atomics.load(shared, 0), threadId));
  const { port1, port2 } = new MessageChannel(); port1.postMessage('x'); console.log(receiveMessageOnPort(port2)); port1.close();
} else {
  Atomics.add(workerData.shared, 0, workerData.n); parentPort.postMessage({ threadId, argv: process.argv.length, env: process.env.HOME, stdout: process.stdout.fd }); process.exit(3);
}
