console.log(process.stdout.isTTY, process.stdout.fd, process.stdout.constructor.name, process.stdout._type, process.stderr.fd, process.stderr._type, process.stdout.writableHighWaterMark, process.stdout.columns, process.stdout.writable, process.stdout.listenerCount('error'), process.stdout.eventNames());
process.stdout.write('', () => console.log('written'));
process.stdout.end('ended\n');
