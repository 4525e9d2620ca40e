const net = require('net');
const s = net.createServer((c) => { c.on('data', (d) => c.end('echo ' + d)); }).listen('/tmp/s.sock', () => { const c = net.connect('/tmp/s.sock'); c.write('x'); c.on('data', (d) => console.log(d.toString())).on('close', () => s.close()); });
