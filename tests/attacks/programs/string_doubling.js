// Strings outside the heap's limit: one-byte texts in buffers of their own.
console.log('before');
const bytes = Buffer.alloc(32 << 20, 'x');
const kept = [];
for (;;) kept.push(bytes.toString('latin1'));
