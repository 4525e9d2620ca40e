const fs = require('fs');
fs.writeFileSync('bad.json', '{"a": }'); fs.writeFileSync('x.node', 'not a library'); fs.writeFileSync('noext', 'module.exports = 6 * 7'); fs.writeFileSync('x.cjs', 'module.exports = module.id'); console.log(require('./noext'), require('./x.cjs'));
try { require('./x.node'); } catch (e) { console.log(e.code); }
require.extensions['.txt'] = (m, f) => { m.exports = fs.readFileSync(f, 'utf8'); }; fs.writeFileSync('t.txt', 'text'); console.log(require('./t'));
require('./bad.json');
