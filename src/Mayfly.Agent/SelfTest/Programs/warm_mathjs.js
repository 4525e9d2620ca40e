// Reads the largest library into the page cache; the first line is the interpreter's version.
console.log(process.versions.node);
const { evaluate } = require('mathjs');
if (evaluate('sqrt(16) + 1') !== 5) throw new Error('mathjs');
console.log('ok');
