let n = 0;
process.on('beforeExit', () => { console.log('beforeExit', ++n); if (n < 3) setTimeout(() => console.log('more work'), 1); });
process.on('exit', () => { console.log('exit'); setTimeout(() => console.log('never'), 0); Promise.resolve().then(() => console.log('never either')); process.nextTick(() => console.log('nor this')); });
