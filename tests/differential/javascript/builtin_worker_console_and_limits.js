const { Worker } = require('worker_threads');
new Worker('console.log("from worker"); console.error("error from worker"); process.stdout.write("no newline\\n")', { eval: true }).on('exit', () => {
  new Worker('const a = []; for (;;) a.push(new Array(1e4).fill(1.5))', { eval: true, resourceLimits: { maxOldGenerationSizeMb: 12 } }).on('error', (e) => console.log(e.code)).on('exit', (c) => console.log('exit', c));
});
console.log('main first');
