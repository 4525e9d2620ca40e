const { Worker } = require('worker_threads');
new Worker('const a = []; for (;;) a.push(new Array(1000).fill({}));', { eval: true, resourceLimits: { maxOldGenerationSizeMb: 20 } }).on('error', (e) => console.log(e.code)).on('exit', (c) => console.log(c));
