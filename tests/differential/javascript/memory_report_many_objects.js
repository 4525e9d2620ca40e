const a = []; for (let i = 0; i < 200_000; i++) a.push({ i, s: 'x' + i });
console.log(a.length);
