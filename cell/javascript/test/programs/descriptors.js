process.stdout.write('');
const fs = require('fs');
const kinds = {};
for (const f of fs.readdirSync('/proc/self/fd')) { try { const k = fs.readlinkSync('/proc/self/fd/' + f).replace(/\d+/g, ''); kinds[k] = (kinds[k] || 0) + 1; } catch {} }
console.log(Object.entries(kinds).sort());
const before = fs.openSync('/dev/null'); console.log(before < 40);
