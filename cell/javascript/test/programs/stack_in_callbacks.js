Error.stackTraceLimit = 100;
setTimeout(() => console.log(new Error('t').stack), 50);
process.nextTick(() => console.log(new Error('n').stack));
Promise.resolve().then(() => console.log(new Error('p').stack));
setImmediate(() => console.log(new Error('i').stack));
