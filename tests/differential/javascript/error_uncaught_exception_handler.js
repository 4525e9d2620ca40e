process.on('uncaughtException', (error, origin) => console.log(origin, error.message));
process.on('exit', (code) => console.log('exit', code));
setTimeout(() => { throw new Error('second'); }, 100);
Promise.reject(new Error('third'));
throw new Error('first');
