function f(n) { let s = 0; for (let i = 0; i < n; i++) s = (s * 31 + i) | 0; return s; }
let r = 0; for (let i = 0; i < 200; i++) r ^= f(100000);
console.log(r);
const a = Array.from({ length: 200000 }, (_, i) => (i * 7919) % 100003); a.sort((x, y) => x - y); console.log(a[1000]);
console.log(/(a+)+b/.test('aaaaaaaaaaaaaaaaaaab'));
