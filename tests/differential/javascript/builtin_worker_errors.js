const { Worker } = require('worker_threads');
const run = (code) => new Promise((done) => { const seen = []; new Worker(code, { eval: true }).on('error', (e) => seen.push(e.name, e.message)).on('exit', (c) => done([...seen, c])); });
(async () => {
  console.log(await run('throw new RangeError("in worker")'), await run('process.exitCode = 4'), await run('Promise.reject(new Error("r"))'), await run('syntax error'));
  const w = new Worker('for (;;) {}', { eval: true }); await new Promise((done) => w.on('online', async () => done(console.log('terminated', await w.terminate()))));
  new Worker('throw new Error("uncaught by anyone")', { eval: true, name: 'w' });
})();
