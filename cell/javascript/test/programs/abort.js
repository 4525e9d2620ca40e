console.log('x');
process.on('exit', () => console.log('never'));
process.stdout._handle && process.kill(process.pid, 'SIGABRT');
setTimeout(() => {}, 1000);
