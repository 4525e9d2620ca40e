// Busy threads do not keep a program that has ended.
const { Worker } = require('worker_threads');
let online = 0;
for (let i = 0; i < 2; i++) {
  new Worker('for (;;);', { eval: true }).on('online', () => {
    if (++online === 2) {
      console.log('main ends');
      process.reallyExit(0);
    }
  });
}
