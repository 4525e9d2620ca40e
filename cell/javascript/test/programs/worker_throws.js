const { Worker } = require('worker_threads');
new Worker('throw new Error("in worker")', { eval: true }).on('error', (e) => console.log('error', e.message)).on('exit', (c) => console.log(c));
