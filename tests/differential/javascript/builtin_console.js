console.log('%s is %d years, %i, %f, %j %o %O %c%%', 'Bob', 42.5, 42.5, '1.5', { a: 1 }, [1], { b: 2 }, 'css');
console.error('to %s', 'stderr'); console.warn('warned'); console.info('info'); console.debug('debug');
console.table([{ a: 1, b: 'x' }, { a: 2 }]); console.table([[1, 2], [3, 4]], ['0']);
console.group('G'); console.log('inside\ntwo lines'); console.group(); console.log('deeper'); console.groupEnd(); console.groupEnd(); console.log('outside');
console.count(); console.count('x'); console.count(); console.countReset(); console.count(); console.countReset('none');
console.assert(1 === 2, 'not %s', 'equal'); console.assert(true, 'never'); console.dir({ a: { b: { c: { d: 1 } } } }, { depth: 0 }); console.dirxml([1]);
console.timeEnd('none'); console.time('t'); console.time('t');
