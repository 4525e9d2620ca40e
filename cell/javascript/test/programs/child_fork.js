if (process.argv[2] === 'child') { process.on('message', (m) => { process.send(m + 1); process.disconnect(); }); } else {
  const c = require('child_process').fork(__filename, ['child']);
  c.on('message', (m) => console.log('answer', m));
  c.on('exit', (code) => console.log('exit', code));
  c.send(41);
}
