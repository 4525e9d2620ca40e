const crypto = require('crypto');
for (const name of ['md5', 'sha1', 'sha256', 'sha512', 'sha3-256', 'blake2b512', 'ripemd160']) {
  try { console.log(name, crypto.createHash(name).update('mayfly').digest('hex').slice(0, 32)); } catch (error) { console.log(name, error.code); }
}
console.log(crypto.createHmac('sha256', 'k').update('m').digest('base64'), crypto.hash('sha1', 'x'), crypto.getHashes().length > 20, crypto.timingSafeEqual(Buffer.from('a'), Buffer.from('a')));
console.log(crypto.pbkdf2Sync('p', 's', 1000, 16, 'sha256').toString('hex'), crypto.scryptSync('p', 's', 16, { N: 16 }).toString('hex'), Buffer.from(crypto.hkdfSync('sha256', 'k', 's', 'i', 8)).toString('hex'));
crypto.createHash('no-such');
