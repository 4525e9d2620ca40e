const r = new FinalizationRegistry((v) => console.log('finalized', v));
(function () { r.register({}, 1); })();
const v8 = require('v8'); v8.setFlagsFromString('--expose-gc'); const gc = require('vm').runInNewContext('gc');
setTimeout(() => gc(), 1); setTimeout(() => {}, 50);
console.log(typeof new WeakRef({}).deref());
