const zlib = require('zlib');
const data = Buffer.from('again and again '.repeat(100));
for (const [pack, unpack] of [['gzipSync', 'gunzipSync'], ['deflateRawSync', 'inflateRawSync'], ['brotliCompressSync', 'brotliDecompressSync']]) { const p = zlib[pack](data); console.log(pack, p.length, zlib[unpack](p).equals(data)); }
zlib.gzip(data, (error, p) => zlib.gunzip(p.subarray(0, 20), (e) => console.log(e.code, e.errno, zlib.crc32?.('x'))));
zlib.inflateSync(Buffer.from('nonsense'));
