process.on('uncaughtException', (e) => console.log('caught', e.message));
process.nextTick(() => { throw new Error('tick'); }); setImmediate(() => { throw new Error('immediate'); }); queueMicrotask(() => { throw new Error('microtask'); });
setTimeout(() => { throw new Error('timer'); });
