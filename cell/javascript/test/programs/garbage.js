let keep = [];
for (let i = 0; i < 300; i++) { const a = []; for (let j = 0; j < 2000; j++) a.push({ i, j, s: 'x' + j }); if (i % 10 === 0) keep.push(a); }
console.log(keep.length);
const m = new WeakMap(); for (let i = 0; i < 1e5; i++) m.set({}, i);
const b = []; for (let i = 0; i < 200; i++) b.push(Buffer.alloc(100000, i)); console.log(b[99][0]);
