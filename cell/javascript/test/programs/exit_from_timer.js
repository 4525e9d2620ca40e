setInterval(() => {}, 1000);
setTimeout(() => { console.log('bye'); process.exit(4); }, 5);
