const v8 = require('v8'); v8.setFlagsFromString('--expose-gc'); const gc = require('vm').runInNewContext('gc');
let o = { big: 1 }; const w = new WeakRef(o), m = new WeakMap([[o, 1]]); const r = new FinalizationRegistry((x) => console.log('finalized', x)); r.register(o, 'o');
setTimeout(() => { console.log(w.deref() !== undefined, m.has(o)); o = null; setTimeout(() => { gc(); console.log(w.deref()); setTimeout(() => {}, 5); }, 1); }, 1);
