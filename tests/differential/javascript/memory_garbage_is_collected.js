// Far more than the limit is allocated, little of it is kept.
let n = 0; for (let i = 0; i < 3e6; i++) n += [i, { i }].length;
console.log(n);
