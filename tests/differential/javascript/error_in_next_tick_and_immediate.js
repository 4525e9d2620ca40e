process.on('uncaughtException', (e) => console.log('caught', e.message));
process.nextTick(() => { throw new Error('tick'); }); queueMicrotask(() => { throw new Error('microtask'); });
setTimeout(() => { setImmediate(() => { throw new Error('immediate'); }); throw new Error('timer'); }, 1000);
