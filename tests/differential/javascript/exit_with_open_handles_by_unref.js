const server = require('net').createServer().listen(0, '127.0.0.1', () => { console.log('listening'); server.unref(); });
