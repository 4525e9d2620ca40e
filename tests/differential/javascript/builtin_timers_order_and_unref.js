// Timers of one duration fire in the order in which they were set, each after the microtasks of the one before.
for (const name of ['first', 'second', 'third']) setTimeout(() => { console.log(name); Promise.resolve().then(() => console.log('after', name)); }, 5);
setTimeout(() => console.log('unref never holds the program'), 60_000).unref();
setInterval(() => console.log('nor this'), 60_000).unref();
