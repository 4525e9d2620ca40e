const { spawn } = require('child_process');
const child = spawn('true'); child.stdin.on('error', (e) => console.log(e.code));
child.on('close', () => { child.stdin.write('x'); setTimeout(() => console.log('alive'), 10); });
