process.stdout.on('error', (e) => console.error('error', e.code));
process.stdout.write('first\n'); process.stdout.end('last\n');
console.log('after the end'); process.stdout.destroy(); console.error('stderr goes on', process.stdout.writable);
