const Module = require('module');
console.log(Module.builtinModules.length > 60, Module.isBuiltin('node:fs'), Module._extensions && Object.keys(Module._extensions), Module.globalPaths);
console.log(require('node:module') === Module, Module.createRequire('/sandbox/x.js').resolve('fs'), Module.wrap('x'));
const m = new Module('made'); m._compile('module.exports = __filename + typeof require', '/made/up.js'); console.log(m.exports, m.loaded);
const original = Module._load; Module._load = function (name, ...rest) { console.log('load', name); return original.call(this, name, ...rest); };
require('os'); require('node:test'); require('node:none');
