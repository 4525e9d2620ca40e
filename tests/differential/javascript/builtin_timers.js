const { setTimeout: wait, setInterval: every, scheduler } = require('timers/promises');
const t = setTimeout(() => console.log('never'), 20); console.log(t.hasRef(), t.unref().hasRef(), typeof t[Symbol.toPrimitive]()); clearTimeout(t);
try { setTimeout('not a function'); } catch (e) { console.log(e.code); }
let n = 0; const i = setInterval(() => { console.log('interval', ++n); if (n === 3) { clearInterval(i); rest(); } }, 1);
async function rest() {
  setTimeout((a, b) => console.log('arguments', a, b), 2, 1, 2); await wait(20);
  console.log(await wait(3, 'value')); for await (const x of every(1, 'e')) { console.log(x); break; } await scheduler.wait(1); setImmediate(console.log, 'last');
}
setTimeout(() => {}, 2 ** 32);
