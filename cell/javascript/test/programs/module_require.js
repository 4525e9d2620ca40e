const _ = require('lodash');
console.log(require('lodash') === _, module.children.map((m) => m.id), Object.keys(require.cache), require.cache[require.resolve('lodash')].parent === module, require.resolve('dayjs'), require.resolve('mathjs'));
delete require.cache[require.resolve('lodash')];
console.log(require('lodash') === _, require('lodash').VERSION);
