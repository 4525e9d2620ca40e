// The event loop never gets its turn: no timer and no exit event can end this.
process.stdout.write('before\n');
// Nothing is returned: a promise would wait for the next one, and all of them stay in memory.
const again = () => { Promise.resolve().then(again); };
again();
