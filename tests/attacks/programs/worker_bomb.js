// Threads are counted as processes are.
const { Worker } = require('node:worker_threads');
console.log('before');
process.on('uncaughtException', (error) => { console.log('refused'); process.exit(0); });
function more() {
  const worker = new Worker('setInterval(() => {}, 1000)', { eval: true });
  worker.on('error', () => { console.log('refused'); process.exit(0); });
  worker.on('online', more);
}
more();
