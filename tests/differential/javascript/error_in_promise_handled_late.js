process.on('unhandledRejection', (reason, p) => console.log('unhandled', reason.message));
process.on('rejectionHandled', () => console.log('handled after all'));
const p = Promise.reject(new Error('late'));
setTimeout(() => p.catch((e) => console.log('caught', e.message)), 5);
