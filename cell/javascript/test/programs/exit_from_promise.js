Promise.resolve().then(() => process.exit(6));
console.log('x');
setTimeout(() => {}, 10000);
