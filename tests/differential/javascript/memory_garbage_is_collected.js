// Far more than the limit is allocated, little of it is kept.
let n = 0; for (let i = 0; i < 300; i++) n += Buffer.alloc(1 << 20, i).length; for (let i = 0; i < 2e6; i++) n += [i].length;
console.log(n);
