const e = new Error('hidden');
e.stack = 'a stack of my own\n  with two lines';
console.log(e);
const util = require('util'); e[util.inspect.custom] = () => 'inspected';
throw e;
