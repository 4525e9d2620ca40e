console.log(require('./lib').name, require('./data.json').v);
import('./esm.mjs').then((m) => console.log(m.default, m.here));
console.log(Object.keys(require.cache));
