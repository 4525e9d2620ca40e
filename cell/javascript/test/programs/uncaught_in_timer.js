setTimeout(() => { throw new Error('later'); }, 5);
console.log('first');
