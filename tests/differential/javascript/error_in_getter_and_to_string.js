console.log({ get x() { throw new Error('getter'); } });
try { console.log(`${{ toString() { throw new RangeError('text'); } }}`); } catch (e) { console.log(e.message); }
class A { get [Symbol.toStringTag]() { throw new Error('tag'); } }
try { console.log(new A()); } catch (e) { console.log(e.message); }
console.log({ [require('util').inspect.custom]() { throw new Error('inspect'); } });
