process.on('exit', () => { console.log('handler'); throw new Error('in the exit handler'); });
