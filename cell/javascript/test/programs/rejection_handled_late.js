process.on('rejectionHandled', () => console.log('handled'));
process.on('unhandledRejection', () => console.log('unhandled'));
const p = Promise.reject(new Error('x'));
setTimeout(() => p.catch(() => {}), 5);
