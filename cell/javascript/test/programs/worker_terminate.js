const { Worker } = require('worker_threads');
const w = new Worker('for (;;);', { eval: true });
w.on('online', () => setTimeout(() => w.terminate().then((c) => console.log('terminated', c)), 10));
