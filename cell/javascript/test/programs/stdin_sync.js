console.log(JSON.stringify(require('fs').readFileSync(0, 'utf8')));
const rl = require('readline').createInterface({ input: process.stdin });
rl.on('line', console.log).on('close', () => console.log('close'));
