const { Worker } = require('worker_threads');
const w = new Worker('setInterval(() => {}, 1000); require("worker_threads").parentPort.postMessage(1)', { eval: true });
w.on('message', () => { console.log('up'); process.exit(3); });
