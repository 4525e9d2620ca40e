const util = require('util');
console.log(util.format('%s %d', 'a', 1, 'rest'), util.isDeepStrictEqual([1], [1]), util.types.isProxy(new Proxy({}, {})), util.stripVTControlCharacters('\x1b[31mx'), util.inspect.defaultOptions, util.getSystemErrorName(-2), util.toUSVString('\ud800'));
util.promisify(setTimeout)(1).then(() => console.log('promisified'));
util.callbackify(async () => 5)((error, v) => console.log(error, v));
console.log(util.parseArgs({ args: ['-f', '--bar', 'b'], options: { foo: { type: 'boolean', short: 'f' }, bar: { type: 'string' } } }).values, util.parseEnv?.('A=b'));
util.deprecate(() => {}, 'do not', 'DEP9')(); util.debuglog('none')('hidden');
util.callbackify(async () => { throw null; })((error) => console.log(error.message)); try { util.inherits(1, 2); } catch (e) { console.log(e.code); }
