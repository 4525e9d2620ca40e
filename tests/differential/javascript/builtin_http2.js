const http2 = require('http2');
const server = http2.createServer();
server.on('stream', (stream, headers) => { stream.respond({ ':status': 200 }); stream.end('over two ' + headers[':path']); });
server.listen(0, '127.0.0.1', () => {
  const client = http2.connect(`http://127.0.0.1:${server.address().port}`);
  const request = client.request({ ':path': '/x' }); let text = '';
  request.setEncoding('utf8').on('data', (c) => { text += c; }).on('end', () => { console.log(text); client.close(); server.close(); });
});
