console.table([{ a: 1 }]);
console.group('g');
console.warn('w');
console.groupEnd();
console.dir({ a: { b: { c: { d: 1 } } } }, { depth: 0 });
console.assert(false, 'assert');
console.count();
console.trace('trace');
console.log('%o %i %f %%', [1], 2.7, 1.5);
