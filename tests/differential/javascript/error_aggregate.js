Promise.any([Promise.reject(new Error('one')), Promise.reject(new TypeError('two'))]).catch((e) => { console.log(e.name, e.errors.map(String)); throw e; });
