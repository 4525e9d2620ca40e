console.log(module.id, module.path, module.filename, module.loaded, module.children, module.paths, module.parent, require.main === module, module === process.mainModule, __filename, __dirname);
console.log(Object.keys(require.cache), Object.keys(require), typeof require.extensions['.js'], exports === module.exports, this === exports, arguments.length, arguments.callee.toString().slice(0, 40));
console.log(module.constructor.name, module.isPreloading, require.resolve('lodash'), require.resolve.paths('x'), [...Object.getOwnPropertySymbols(module)].map(String).sort());
