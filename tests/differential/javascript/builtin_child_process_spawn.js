const { spawn, exec } = require('child_process');
const child = spawn('sh', ['-c', 'read line; echo "got $line"; exit 4']);
child.stdout.on('data', (data) => console.log(String(data).trim()));
child.on('exit', (code, signal) => console.log('exit', code, signal));
child.on('close', () => {
  console.log('close');
  spawn('none-such').on('error', (error) => {
    console.log(error.code, error.syscall, error.path);
    exec('sleep 5', { timeout: 20 }, (failure) => console.log(failure.killed, failure.signal, failure.code));
  });
});
child.stdin.end('words\n');
