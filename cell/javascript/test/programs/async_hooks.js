const h = require('async_hooks');
console.log(h.executionAsyncId(), h.triggerAsyncId(), typeof h.executionAsyncResource());
const s = new h.AsyncLocalStorage(); s.run({ a: 1 }, () => setTimeout(() => console.log(s.getStore()), 1));
console.log(s.getStore());
const log = []; h.createHook({ init(id, type) { log.push(type); } }).enable(); setTimeout(() => {}, 1); Promise.resolve().then(() => {}); process.on('exit', () => require('fs').writeSync(1, log.join() + '\n'));
