// Work of the thread pool ends and calls back.
const crypto = require('crypto');
crypto.randomBytes(8, (error, bytes) => console.log('bytes', bytes.length));
setTimeout(() => crypto.pbkdf2('p', 's', 1000, 8, 'sha1', (error, key) => {
  console.log(key.toString('hex'));
  crypto.generateKeyPair('ed25519', (failure, publicKey) => {
    console.log(publicKey.type);
    crypto.subtle.digest('SHA-256', Buffer.from('x')).then((d) => console.log(Buffer.from(d).toString('hex').slice(0, 8)));
  });
}), 30);
