// What only the program itself can say; then it waits, with a thread of its own, to be looked at from the host.
const fs = require('node:fs');
const { Worker } = require('node:worker_threads');

const look = `(thread) => require('node:fs').readFileSync('/proc/thread-self/status', 'utf8').split('\\n')
  .map((line) => line.split(/:(.*)/s))
  .filter(([name]) => ['Uid', 'Gid', 'Groups', 'CapBnd', 'NoNewPrivs', 'Seccomp'].includes(name))
  .map(([name, value]) => ('own ' + thread + ' ' + name + ': ' + value.trim().split(/\\s+/).join(' ')).trim())`;

console.log(eval(look)('main').join('\n'));
const other = new Worker(`require('node:worker_threads').parentPort.postMessage((${look})('other')); setTimeout(() => {}, 60000);`, { eval: true });
other.on('message', (lines) => {
  console.log(lines.join('\n'));
  for (const name of Object.keys(process.env).sort()) console.log(`environment ${name}=${process.env[name]}`);
  console.log('working directory', process.cwd());
  console.log('namespace', fs.readlinkSync('/proc/self/ns/pid'), process.pid);
});
