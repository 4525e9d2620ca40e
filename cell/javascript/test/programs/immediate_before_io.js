const fs = require('fs');
fs.readFile('/etc/hostname', () => { setTimeout(() => console.log('timeout'), 0); setImmediate(() => console.log('immediate')); });
console.log('main');
