setTimeout(() => console.log('t40'), 40);
setTimeout(() => console.log('t80'), 80);
setImmediate(() => { console.log('immediate'); setImmediate(() => console.log('immediate 2')); process.nextTick(() => console.log('tick in immediate')); });
process.nextTick(() => console.log('tick'));
Promise.resolve().then(() => console.log('promise'));
queueMicrotask(() => console.log('microtask'));
(async () => { console.log('async'); await 0; console.log('after await'); })();
const i = setInterval(() => { console.log('interval'); clearInterval(i); }, 150);
console.log('main');
