// Draws once from each random source and prints name and value. Nothing is seeded: no two executions may print the same.
const crypto = require('crypto');
const fs = require('fs');
const lodash = require('lodash');
const math = require('mathjs');
const vm = require('vm');

const values = {
  'Math.random': Math.random(),
  'Math.random in another context': vm.runInNewContext('Math.random()'),
  'Array of Math.random': Array.from({ length: 3 }, Math.random),
  'crypto.randomUUID': crypto.randomUUID(),
  'crypto.randomUUID, uncached': crypto.randomUUID({ disableEntropyCache: true }),
  'crypto.randomInt': crypto.randomInt(2 ** 47),
  'crypto.randomBytes': crypto.randomBytes(8).toString('hex'),
  'crypto.getRandomValues': globalThis.crypto.getRandomValues(new Uint32Array(2)),
  'crypto.randomFillSync': crypto.randomFillSync(Buffer.alloc(8)).toString('hex'),
  'key pair': crypto.generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x,
  'mkdtemp': fs.mkdtempSync('/tmp/x-').slice(7),
  'lodash.random': lodash.random(0, 1, true),
  'mathjs.random': math.random(),
  'mathjs.randomInt': math.randomInt(2 ** 47),
};
console.log(JSON.stringify(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))));
