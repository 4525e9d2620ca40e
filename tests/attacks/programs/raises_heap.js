// A larger heap by V8's own flag does not make the execution larger.
const v8 = require('node:v8');
v8.setFlagsFromString('--max-old-space-size=8192');
v8.setFlagsFromString('--max-heap-size=8192');
console.log('before');
const held = [];
for (;;) held.push(new Array(1e5).fill(held.length));
