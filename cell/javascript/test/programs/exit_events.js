process.on('beforeExit', (c) => { console.log('beforeExit', c); if (!global.again) { global.again = 1; setTimeout(() => console.log('more work'), 2); } });
process.on('exit', (c) => console.log('exit', c, process._exiting));
process.once('exit', () => { console.log('once'); setTimeout(() => console.log('never'), 0); });
