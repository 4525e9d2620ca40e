console.log('a module is a function');
if (module) return;
console.log('never');
