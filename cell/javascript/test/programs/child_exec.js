const { exec, execSync, spawn, spawnSync, execFile } = require('child_process');
console.log(execSync('echo sync').toString());
console.log(spawnSync('sh', ['-c', 'kill -9 $$']).signal);
exec('echo out; echo err >&2; exit 3', (e, out, err) => {
  console.log(e.code, out, err);
  spawn('cat', { stdio: ['pipe', 'inherit', 'inherit'] }).on('close', (c) => {
    console.log('closed', c);
    execFile('/nothing', (e2) => console.log(e2.code));
  }).stdin.end('through a pipe\n');
});
