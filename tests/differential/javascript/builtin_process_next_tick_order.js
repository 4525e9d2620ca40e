setTimeout(() => { console.log('timeout'); setImmediate(() => console.log('immediate')); }, 0);
process.nextTick(() => { console.log('tick'); process.nextTick(() => console.log('tick in tick')); });
Promise.resolve().then(() => { console.log('micro'); process.nextTick(() => console.log('tick in micro')); });
queueMicrotask(() => console.log('queued'));
(async () => { console.log('async start'); await null; console.log('after await'); })();
console.log('sync');
