require('fs').writeFileSync('e.mjs', 'export const a = 1; export default function f() {}');
const m = require('./e.mjs'); console.log(m.a, typeof m.default, m.__esModule, require('util').types.isModuleNamespaceObject(m));
require('fs').writeFileSync('t.mjs', 'await 1; export {};');
require('./t.mjs');
