const { WASI } = require('wasi');
const w = new WASI({ version: 'preview1', args: ['a'] });
console.log(Object.keys(w.getImportObject()));
w.start({});
