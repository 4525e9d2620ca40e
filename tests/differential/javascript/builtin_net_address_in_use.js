const net = require('net');
const a = net.createServer().listen(0, '127.0.0.1', () => net.createServer().listen({ port: 70000 }));
