const b = Buffer.alloc(40 << 20, 1);
console.log(b.length);
