const log = []; const p = new Proxy({ a: 1 }, { get(t, k) { log.push(String(k)); return Reflect.get(t, k); }, has(t, k) { log.push('has ' + String(k)); return k in t; }, ownKeys: () => ['a', 'z'], getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true, value: 3 }) });
console.log(p.a, 'b' in p, Object.keys(p), { ...p }, log); const { proxy, revoke } = Proxy.revocable({}, {}); revoke();
console.log(Symbol('d').description, Object(1n), Reflect.construct(Array, [3]).length, Object.getOwnPropertyDescriptors({ get x() { return 1; } }), Object.isFrozen(Object.freeze({})), new (class { get [Symbol.toStringTag]() { return 'Tagged'; } })() + '');
proxy.x;
