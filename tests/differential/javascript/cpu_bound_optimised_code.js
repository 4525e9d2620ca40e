// The optimising compiler and the collector work as they do from a plain start.
function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
let s = 0; for (let i = 0; i < 1e6; i++) s = (s * 31 + i) | 0; const m = new Map(); for (let i = 0; i < 1e5; i++) m.set('k' + i, i);
console.log(fib(22), s, m.size, [...m.keys()].sort().slice(-1), Array.from({ length: 1e4 }, (_, i) => (i * 7919) % 10007).sort((a, b) => a - b)[5000]);
