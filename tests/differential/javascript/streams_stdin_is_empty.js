process.stdin.on('data', (d) => console.log('data', d)).on('end', () => console.log('end')).on('close', () => console.log('close'));
console.log(require('fs').readFileSync(0, 'utf8') === '', process.stdin.isTTY, process.stdin.fd, process.stdin.readableFlowing, process.stdin.constructor.name);
