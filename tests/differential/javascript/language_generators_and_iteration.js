function* g() { try { const got = yield 1; console.log('got', got); yield* [2, 3]; } finally { console.log('finally'); } }
const it = g(); console.log(it.next(), it.next('x'), it.return(9), it.next()); for (const v of g()) { console.log(v); break; }
console.log([...g()].length, Array.from({ length: 2 }, (_, i) => i), Object.fromEntries(new Map([['a', 1]])), [1, 2, 3].values().map((x) => x * 2).take(2).toArray(), Object.groupBy([1, 2, 3], (x) => (x % 2 ? 'odd' : 'even')));
it.throw(new Error('into the generator'));
