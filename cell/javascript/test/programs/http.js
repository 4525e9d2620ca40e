const http = require('http');
const s = http.createServer((q, r) => { r.setHeader('Date', 'x'); r.end('hello ' + q.url); }).listen(0, '127.0.0.1', () => {
  http.get({ port: s.address().port, path: '/world' }, (r) => { let t = ''; r.on('data', (d) => { t += d; }).on('end', () => { console.log(r.statusCode, t); s.close(); }); });
});
