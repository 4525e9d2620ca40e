const b = Buffer.from('grüße €', 'utf8');
console.log(b, b.toString('hex'), b.toString('base64url'), b.length, Buffer.byteLength('€'), b.indexOf('€'), b.slice(0, 2).equals(Buffer.from('gr')));
console.log(Buffer.from([256, -1, 1.9]), Buffer.concat([Buffer.alloc(2, 'ab'), Buffer.from('c')]), b.readUInt16BE(1), Buffer.from('ff', 'latin1').swap16(), new Blob(['xy']).size);
console.log(Buffer.from('zz', 'hex'), Buffer.poolSize, Buffer.from('a').buffer.byteLength === Buffer.poolSize, require('buffer').constants.MAX_LENGTH, atob('aGk='), btoa('hi'));
Buffer.alloc(4).writeInt32LE(2 ** 40);
