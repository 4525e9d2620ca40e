async function f() { await null; throw new Error('in async'); }
f();
