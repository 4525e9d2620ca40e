const fs = require('fs');
fs.readFile(__filename, () => { setTimeout(() => console.log('timeout after io'), 0); setImmediate(() => console.log('immediate comes first after io')); process.nextTick(() => console.log('tick')); });
setImmediate(() => { console.log('check'); setImmediate(() => console.log('check 2')); Promise.resolve().then(() => console.log('micro in check')); });
