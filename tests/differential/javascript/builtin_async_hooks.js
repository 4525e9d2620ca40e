const { AsyncLocalStorage, AsyncResource, executionAsyncId, triggerAsyncId, createHook } = require('async_hooks');
console.log(executionAsyncId(), triggerAsyncId());
const store = new AsyncLocalStorage();
store.run({ id: 7 }, () => setTimeout(() => Promise.resolve().then(() => console.log(store.getStore())), 1));
console.log(store.getStore());
const types = new Set();
const hook = createHook({ init(id, type) { types.add(type); } }).enable();
setTimeout(() => { hook.disable(); console.log([...types].sort().join()); }, 5);
console.log(new AsyncResource('mine').runInAsyncScope(() => store.getStore()));
