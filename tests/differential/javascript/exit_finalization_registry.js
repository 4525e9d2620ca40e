const registry = new FinalizationRegistry((name) => console.log('finalized', name));
registry.register({}, 'not at exit');
if (process.finalization) { const o = { x: 1 }; process.finalization.register(o, (ref, event) => console.log(event, ref.x)); globalThis.keep = o; }
console.log(new WeakRef({ a: 1 }).deref());
