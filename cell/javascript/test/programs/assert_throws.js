const assert = require('assert');
assert.throws(() => assert.strictEqual(1, 2), /strictly/);
assert.deepStrictEqual({ a: [1] }, { a: [1] });
console.log('x');
assert.deepStrictEqual({ a: 1 }, { a: 2 });
