Error.stackTraceLimit = 100;
process.nextTick(() => console.log(new Error('n').stack));
Promise.resolve().then(() => console.log(new Error('p').stack));
setImmediate(() => {
  console.log(new Error('i').stack);
  setTimeout(() => console.log(new Error('t').stack), 1);
});
