Promise.all([1, Promise.resolve(2)]).then(console.log);
Promise.allSettled([Promise.reject(new Error('x'))]).then((r) => console.log(r[0].status));
Promise.race([new Promise((r) => setTimeout(r, 50, 'slow')), 'fast']).then(console.log);
Promise.any([Promise.reject(1), 2]).then(console.log);
