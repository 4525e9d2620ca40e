// The test runner inside a program reports to stdout and sets the exit code.
const test = require('node:test'), assert = require('assert');
const { mock } = test; const f = mock.fn((x) => x + 1); f(1); console.log(f.mock.callCount(), f.mock.calls[0].result);
mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1000 }); let rang = false; setTimeout(() => { rang = true; }, 500); mock.timers.tick(500); console.log(rang, Date.now()); mock.timers.reset();
assert.strictEqual(typeof test.describe, 'function');
