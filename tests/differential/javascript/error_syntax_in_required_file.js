require('fs').writeFileSync('part.js', 'module.exports = {\n  a: 1,,\n};\n');
require('./part');
