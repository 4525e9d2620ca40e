Promise.reject(new Error('nobody caught this'));
console.log('still printed');
setTimeout(() => console.log('never'), 50);
