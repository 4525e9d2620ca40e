const { spawn } = require('child_process');
spawn('sleep', ['30'], { detached: true, stdio: 'ignore' }).unref();
console.log('the main process ends');
