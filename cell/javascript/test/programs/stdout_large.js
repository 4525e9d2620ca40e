const line = 'x'.repeat(99);
for (let i = 0; i < 2000; i++) console.log(line);
console.error('done');
