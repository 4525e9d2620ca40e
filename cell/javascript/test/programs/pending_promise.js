console.log('x'); new Promise(() => {}); process.on('exit', (c) => console.log(c));
