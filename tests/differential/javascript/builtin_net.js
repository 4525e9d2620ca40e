const net = require('net');
const server = net.createServer((s) => { s.on('data', (d) => s.end(String(d).toUpperCase())); });
server.listen(0, '127.0.0.1', () => {
  const c = net.connect(server.address().port, '127.0.0.1', () => c.write('hello'));
  c.on('data', (d) => console.log(String(d), c.remoteAddress)).on('close', (had) => { console.log('closed', had); server.close(refused); });
});
function refused() {
  const unix = net.createServer().listen('/tmp/s.sock', () => { console.log(unix.address()); unix.close(); });
  net.connect(1, '127.0.0.1').on('error', (e) => { console.log(e.message); net.connect({ port: 80, host: '10.0.0.1' }).on('error', (f) => console.log(f.code)); });
}
