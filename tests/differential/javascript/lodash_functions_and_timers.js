const _ = require('lodash');
const t = _.throttle((x) => console.log('throttled', x), 5); t(1); t(2); t.flush(); t.cancel();
const f = _.debounce(() => { console.log('debounced'); _.defer(() => { console.log('deferred'); _.delay(console.log, 8, 'delayed'); }); }, 5); f(); f();
const m = _.memoize((x) => { console.log('computed', x); return x * 2; }); console.log(m(2), m(2), _.curry((a, b) => a + b)(1)(2), _.flow([Math.sqrt, String])(16), _.once(() => 1)(), _.negate(Boolean)(0), _.times(2, String), _.attempt(() => { throw new Error('kept'); }).message);
console.log(_.before(2, () => 'once')(), _.after(1, () => 'after')(), _.partial((a, b) => [a, b], _, 2)(1), _.rearg((a, b) => [a, b], [1, 0])(1, 2), _.spread((a, b) => a + b)([1, 2]), _.ary(parseInt, 1)('10', 2));
