async function f() { await null; throw { reason: 'an object' }; }
f();
