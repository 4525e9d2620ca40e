const { Worker } = require('worker_threads');
new Worker('process.exit(5)', { eval: true }).on('exit', (c) => console.log(c));
