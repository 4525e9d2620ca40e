const fs = require('fs');
fs.mkdirSync('node_modules/own', { recursive: true }); fs.writeFileSync('node_modules/own/package.json', '{"main": "m.js", "exports": {".": "./m.js", "./sub": "./s.js"}}'); fs.writeFileSync('node_modules/own/m.js', 'exports.name = __filename; exports.parent = module.parent.id;'); fs.writeFileSync('node_modules/own/s.js', 'module.exports = "sub";');
fs.writeFileSync('data.json', '{"a": [1]}'); fs.writeFileSync('c1.js', 'exports.early = 1; exports.other = require("./c2").seen; exports.late = 2;'); fs.writeFileSync('c2.js', 'exports.seen = { ...require("./c1") };');
console.log(require('own'), require('own/sub'), require('./data'), require('./c1'));
fs.mkdirSync('node_modules/lodash'); fs.writeFileSync('node_modules/lodash/index.js', 'module.exports = "mine";'); console.log(require('lodash'));
require('own/hidden');
