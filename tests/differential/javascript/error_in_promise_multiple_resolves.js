new Promise((resolve, reject) => { resolve(1); reject(new Error('ignored')); resolve(2); }).then(console.log);
Promise.resolve(1).then(2).then((v) => { console.log(v); return Promise.resolve(); }).finally((x) => { console.log(x); throw new Error('from finally'); }).catch((e) => console.log(e.message));
Promise.allSettled([1, Promise.reject(2)]).then((r) => console.log(r)); Promise.race([new Promise(() => {}), 3]).then(console.log); const { promise, resolve } = Promise.withResolvers(); promise.then(console.log); resolve('r');
