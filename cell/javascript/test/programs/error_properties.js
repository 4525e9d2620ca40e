try { require('fs').readFileSync('/no'); } catch (e) { console.log(e); }
try { JSON.parse('{'); } catch (e) { console.log(e); }
try { (function f() { f(); })(); } catch (e) { console.log(e.name, e.message); }
console.log(require('util').inspect(new (class A extends Error { constructor() { super('a'); this.x = 1; } })()));
