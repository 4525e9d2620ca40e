const vm = require('vm');
const context = vm.createContext({ x: 2, console });
console.log(vm.runInContext('y = x * 21; typeof process + typeof setTimeout', context), context.y, vm.isContext(context), vm.runInNewContext('[1].constructor === Array'), vm.runInNewContext('this instanceof Object'));
console.log(vm.runInContext('[] instanceof Array', context), vm.runInNewContext('x', { x: [] }) instanceof Array, typeof require('repl').start);
try { vm.runInThisContext('for (;;) {}', { timeout: 20 }); } catch (error) { console.log(error.code, error.message); }
const script = new vm.Script('globalThis.made = 1; here.no.such', { filename: 'made.js', lineOffset: 10 });
script.runInThisContext();
