process.on('exit', (code) => { console.log('code', code); null.x; });
throw new Error('first');
