// The pool of small buffers starts at the same place in each fresh program and holds nobody's bytes.
const first = Buffer.from('abc');
const second = Buffer.from('defg');
console.log(first.byteOffset % 8, second.byteOffset - first.byteOffset, first.buffer === second.buffer);
const unsafe = Buffer.allocUnsafe(64);
console.log(unsafe.length, Buffer.allocUnsafeSlow(10).buffer.byteLength, Buffer.alloc(16).every((x) => x === 0));
console.log(new Uint8Array(first.buffer, 0, 64).filter((x) => x > 127).length < 64);
