console.log('x');
process.on('exit', () => console.log('not seen'));
process.reallyExit(8);
