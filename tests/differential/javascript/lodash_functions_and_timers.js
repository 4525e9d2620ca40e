const _ = require('lodash');
const f = _.debounce(() => console.log('debounced'), 5); f(); f(); const t = _.throttle((x) => console.log('throttled', x), 5); t(1); t(2);
_.defer(console.log, 'deferred'); _.delay(() => console.log('delayed'), 8); const m = _.memoize((x) => { console.log('computed', x); return x * 2; }); console.log(m(2), m(2), _.curry((a, b) => a + b)(1)(2), _.flow([Math.sqrt, String])(16), _.once(() => 1)(), _.negate(Boolean)(0), _.times(2, String), _.attempt(() => { throw new Error('kept'); }).message);
