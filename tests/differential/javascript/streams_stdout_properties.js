const s = process.stdout;
console.log(s.constructor.name, s.fd, s.writable, s.isTTY, s.writableHighWaterMark, s._type, s.destroyed, process.stderr.constructor.name, process.stderr.fd, process.stdin.constructor.name, s.listenerCount('error'), s.eventNames().map(String));
console.log(s.write('callback: ', () => console.log('written')), s.writableLength, s.bytesWritten >= 0, s._handle?.constructor.name, s.writableObjectMode);
