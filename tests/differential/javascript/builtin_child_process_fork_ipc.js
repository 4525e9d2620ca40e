const { fork } = require('child_process');
if (process.argv[2] === 'child') {
  process.on('message', (message) => { process.send({ twice: message * 2, argv: process.argv.slice(2), connected: process.connected }); process.disconnect(); });
} else {
  console.log(process.send, process.connected, process.channel);
  const child = fork(__filename, ['child']);
  child.on('message', (m) => console.log(m)).on('exit', (code) => console.log('exit', code));
  child.send(21);
}
