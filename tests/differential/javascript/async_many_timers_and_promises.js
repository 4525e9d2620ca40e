let n = 0; const start = Date.now();
Promise.all(Array.from({ length: 2000 }, (_, i) => new Promise((r) => setTimeout(() => { n++; r(i); }, i % 10)))).then((all) => console.log(n, all.length, all[1999], Date.now() - start < 5000));
