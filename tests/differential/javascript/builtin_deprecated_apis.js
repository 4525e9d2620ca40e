const b = new Buffer(3);
console.log(b.length, require('util').isArray?.([]));
require('fs').rmdir('none', () => {}); process.binding('fs');
new (require('crypto').Hash)('md5');
