// The least program, loaded once by warm.js: what is lazy in the loader is compiled then.
module.exports = typeof require.main === 'object' && [__filename, __dirname].join();
