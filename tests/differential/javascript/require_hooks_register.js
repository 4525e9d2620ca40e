const Module = require('module');
console.log(typeof Module.register, typeof Module.registerHooks, Module.findPackageJSON?.name, Module.enableCompileCache?.name);
const resolve = Module._resolveFilename; Module._resolveFilename = function (name, ...rest) { return name === 'virtual' ? '/sandbox/v.js' : resolve.call(this, name, ...rest); };
require('fs').writeFileSync('v.js', 'module.exports = "virtual one"'); console.log(require('virtual'));
