const tls = require('tls');
console.log(tls.getCiphers().length > 10, tls.DEFAULT_MIN_VERSION, tls.rootCertificates.length > 50, tls.DEFAULT_ECDH_CURVE);
tls.connect({ port: 1, host: '127.0.0.1' }).on('error', (e) => console.log(e.code));
try { tls.createSecureContext({ key: 'nonsense' }); } catch (error) { console.log(error.code); }
console.log(tls.checkServerIdentity('a.example', { subject: { CN: 'b.example' } }).code);
