process.on('exit', () => { console.log('first handler'); process.exit(8); });
process.on('exit', () => console.log('second handler'));
process.exit(2);
