// Nothing was added to what every program shares.
console.log([Object, Array, String, Function, Promise, Map, Error, RegExp].map((c) => [c.name, Object.getOwnPropertyNames(c).length, Object.getOwnPropertyNames(c.prototype).length].join()).join(' '));
console.log(Error.prepareStackTrace, Error.stackTraceLimit, Object.keys(Object.prototype), Array.prototype.none, Symbol.for('x') === Symbol.for('x'), Reflect.ownKeys(Math).length, Reflect.ownKeys(JSON), Reflect.ownKeys(process).length);
