const fs = require('fs');
fs.writeSync(1, 'one\n'); console.log('two'); fs.writeFileSync('/dev/stdout', 'three\n'); fs.writeSync(2, 'raw error\n'); fs.closeSync(fs.openSync('/dev/null'));
const s = fs.createWriteStream(null, { fd: 1, autoClose: false }); s.write('four\n', () => console.log('five'));
