// Which files are mapped: the executable, its libraries, nothing that is not of the image.
const maps = require('fs').readFileSync('/proc/self/maps', 'latin1').split('\n').map((l) => l.split(/\s+/));
console.log([...new Set(maps.map((m) => m[5]).filter((f) => f?.startsWith('/')))].sort().join('\n'), maps.some((m) => /w.x/.test(m[1])), maps.filter((m) => m[5] === '[stack]').length, maps.some((m) => m[1]?.[3] === 's'));
