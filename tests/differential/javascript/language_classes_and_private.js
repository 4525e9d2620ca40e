class A { #x = 1; static #n = 0; static { A.#n = 5; } get x() { return this.#x; } has(o) { return #x in o; } static n() { return A.#n; } static async *[Symbol.asyncIterator]() { yield 1; } accessor = 2; }
class B extends A { constructor() { super(); return new Proxy(this, { get: (t, k) => (k === 'y' ? 'trapped' : Reflect.get(t, k, t)) }); } }
console.log(A.n(), new A().has(new B()), new B().y, new B().x, Object.getOwnPropertyNames(A.prototype), A.name, `${class { static toString() { return 'own'; } }}`, new A());
(async () => { for await (const v of A) console.log(v); A.prototype.has.call(new A(), 5); })();
