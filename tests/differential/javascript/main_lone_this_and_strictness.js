console.log(this === module.exports, (function () { return this === globalThis; })(), (function () { 'use strict'; return this; })(), (() => this === exports)());
undeclared = 5; console.log(globalThis.undeclared, delete globalThis.undeclared, typeof undeclared, new Function('return this')() === globalThis, (0, eval)('this') === globalThis);
var v = 1; console.log(globalThis.v, eval('v'), [010, '\07'].length);
with ({ w: 3 }) console.log(w);
