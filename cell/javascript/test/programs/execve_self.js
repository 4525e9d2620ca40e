console.log('x'); const fs = require('fs'); fs.writeSync(1, 'y\n'); process.on('exit', () => fs.writeSync(2, 'z\n'));
