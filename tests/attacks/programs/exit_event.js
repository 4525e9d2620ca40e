process.on('exit', () => { for (;;); });
console.log('before');
