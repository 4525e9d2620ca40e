// Which modules are loaded is the program's own history.
console.log(Object.keys(require.cache));
require('dayjs');
console.log(Object.keys(require.cache).map((k) => k.replace(/.*node_modules/, '')), module.children.length);
delete require.cache[require.resolve('dayjs')];
console.log(Object.keys(require.cache).length, require('dayjs') === require('dayjs'));
