(async () => { console.log('waits'); await new Promise(() => {}); console.log('never'); })();
process.on('exit', (code) => console.log('exit', code));
