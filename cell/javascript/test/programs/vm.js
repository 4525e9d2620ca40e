const vm = require('vm'); const c = vm.createContext({ x: 2 }); console.log(vm.runInContext('x * 21', c), vm.runInNewContext('Math.random() < 1'), vm.isContext(c)); try { vm.runInNewContext('for(;;);', {}, { timeout: 20 }); } catch (e) { console.log(e.code); }
try { new vm.Script('a b', { filename: 'f.js' }); } catch (e) { console.log(e.stack); }
