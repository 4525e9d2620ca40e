// The event loop never gets its turn: no timer and no exit event can end this.
process.stdout.write('before\n');
const again = () => Promise.resolve().then(again);
again();
