const http = require('http');
const server = http.createServer((request, response) => { response.setHeader('x-own', 'é'.length); response.writeHead(request.url === '/none' ? 404 : 200); response.end(request.method + request.url); });
server.listen(0, '127.0.0.1', async () => {
  const base = `http://127.0.0.1:${server.address().port}`;
  http.get(base + '/a', { agent: false }, (r) => { let t = ''; r.setEncoding('utf8').on('data', (c) => { t += c; }).on('end', async () => {
    console.log(r.statusCode, r.headers['x-own'], t, http.STATUS_CODES[418], http.METHODS.length);
    const f = await fetch(base + '/none', { method: 'POST', body: 'x', headers: { connection: 'close' } }); console.log(f.status, await f.text(), f.headers.get('x-own'));
    server.close(() => console.log('closed')); server.closeAllConnections();
  }); });
});
http.get('http://127.0.0.1:1/').on('error', (e) => console.log(e.code, e.syscall, e.port));
