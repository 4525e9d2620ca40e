setImmediate(() => {
  console.log('immediate');
  setImmediate(() => console.log('immediate 2'));
  process.nextTick(() => console.log('tick in immediate'));
  Promise.resolve().then(() => console.log('promise in immediate'));
});
process.nextTick(() => console.log('tick'));
Promise.resolve().then(() => console.log('promise'));
queueMicrotask(() => console.log('microtask'));
(async () => { console.log('async'); await 0; console.log('after await'); })();
setTimeout(() => {
  console.log('1000');
  setTimeout(() => {
    console.log('later');
    let n = 0;
    const i = setInterval(() => { console.log('interval'); if (++n === 3) clearInterval(i); }, 5);
  }, 500);
  setTimeout(() => console.log('sooner'), 1);
}, 1000);
console.log('main');
