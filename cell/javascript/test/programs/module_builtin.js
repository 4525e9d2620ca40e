const m = require('module');
console.log(m.builtinModules.length, m.isBuiltin('fs'), require('node:test') !== undefined);
try { require('internal/util'); } catch (e) { console.log(e.code); }
for (const n of m.builtinModules) if (!/^_|punycode|wasi|sys|inspector|trace_events/.test(n)) require(n);
console.log(typeof require('sqlite' in {} ? 'x' : 'fs'));
