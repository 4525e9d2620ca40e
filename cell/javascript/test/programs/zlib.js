const z = require('zlib');
z.gzip('hello '.repeat(1000), (e, b) => z.gunzip(b, (e2, t) => {
  console.log(b.length, t.length);
  z.brotliCompress('x'.repeat(500), (e3, c) => {
    console.log(z.brotliDecompressSync(c).length);
    const s = z.createDeflate();
    let n = 0;
    s.on('data', (d) => { n += d.length; }).on('end', () => console.log(n));
    s.end('a'.repeat(100000));
  });
}));
