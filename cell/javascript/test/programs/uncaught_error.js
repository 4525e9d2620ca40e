console.log('before');
function f() { throw new TypeError('not this'); }
f();
