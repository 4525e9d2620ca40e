// The other two libraries, and three attacks in JavaScript: file, network, process.
const assert = require('node:assert');
const fs = require('node:fs');
const net = require('node:net');
assert.strictEqual(require('lodash').sum([1, 2]), 3);
assert.strictEqual(require('dayjs')('2020-02-29').date(), 29);

assert.throws(() => fs.writeFileSync('/usr/lib/owned', ''), { code: /EROFS|EACCES|EPERM/ });
assert.throws(() => process.setuid(0), { code: 'EPERM' });
net.connect(53, '8.8.8.8').on('connect', () => process.exit(2)).on('error', () => console.log('ok'));
