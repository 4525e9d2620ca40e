console.log(require.main === module, module.id, module.filename, module.loaded, module.parent, module.children.length, module.paths, __filename, __dirname, module.path);
console.log(Object.keys(require.cache), Object.keys(require('module')._pathCache), process.mainModule === module, require.extensions ? Object.keys(require.extensions) : 0, require('module').globalPaths);
console.log(Object.getOwnPropertyNames(module), typeof require.resolve, require.resolve.paths('x'));
console.log(arguments.length, this === module.exports, typeof exports);
