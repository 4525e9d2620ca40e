const util = require('util');
class A { #hidden = 1; constructor() { this.x = [1, [2, [3, [4]]]]; } get g() { return 1; } static s = 2; [util.inspect.custom]() { return 'custom A'; } }
console.log(new A(), [new A()], A, class extends A {}, () => {}, function named() {}, Symbol('s'), 10n, -0, [undefined, null, , 3], { get a() { return 1; }, set a(v) {} });
console.log(new Map([[{ a: 1 }, 'v']]), new Set([[1]]), new WeakMap(), new Date(0), /x/g, new Error('e').message, Promise.resolve(4), Promise.reject(5).catch(() => 0), new Proxy({ p: 1 }, {}), [1, 2, 3].entries(), new Uint8Array(3), new ArrayBuffer(2), globalThis === global);
const loop = { name: 'loop' }; loop.self = loop; loop.list = [loop, { loop }]; console.log(loop, util.inspect('it\'s "q"'), util.inspect({ a: { b: { c: { d: {} } } } }, { depth: Infinity, compact: false, sorted: true }));
console.log('x'.repeat(200).split(''), Array.from({ length: 120 }, (_, i) => i), Object.create(null), Object.create({ constructor: undefined }), [['a', 1]], { 'key with space': 1, [Symbol('k')]: 2 }, new (class Foo extends Map {})());
