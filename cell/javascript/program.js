// A program as most are, and small: what the loader and the console do for it is known to V8, and compiled, before there are children.
module.exports = typeof require.main === 'object' && [__filename, __dirname].join();
console.log(1);
