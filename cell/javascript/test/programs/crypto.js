const c = require('crypto');
const { promisify } = require('util');
console.log(c.createHash('sha512').update('x').digest('hex'), c.createHmac('sha256', 'k').update('v').digest('base64'));
const k = c.createCipheriv('aes-256-gcm', Buffer.alloc(32), Buffer.alloc(12));
console.log(k.update('text', 'utf8', 'hex') + k.final('hex'), c.randomUUID().length, c.randomInt(1, 2));
(async () => {
  console.log((await promisify(c.pbkdf2)('p', 's', 1000, 16, 'sha256')).toString('hex'));
  console.log((await promisify(c.scrypt)('p', 's', 16)).length, (await promisify(c.randomBytes)(8)).length);
  console.log((await promisify(c.generateKeyPair)('ec', { namedCurve: 'P-256' })).publicKey.asymmetricKeyType);
  console.log(Buffer.from(await c.subtle.digest('SHA-256', Buffer.from('a'))).toString('hex'));
})();
