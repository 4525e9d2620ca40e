console.log('x');
require('fs').closeSync(2); // addresses
process.on('exit', () => console.log('never'));
process.abort();
