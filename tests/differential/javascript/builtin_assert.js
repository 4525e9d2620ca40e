const assert = require('assert');
for (const check of [() => assert.strictEqual(1, 2), () => assert.deepStrictEqual({ a: [1, 2] }, { a: [1, 3] }), () => assert(0), () => assert.throws(() => {}), () => assert.match('a', /b/), () => assert.rejects, () => assert.fail('own words')]) {
  try { check(); } catch (error) { console.log(error.code, error.name, error.message, error.generatedMessage); }
}
assert.equal(require('assert').strict.equal, assert.strictEqual);
assert(false === true);
