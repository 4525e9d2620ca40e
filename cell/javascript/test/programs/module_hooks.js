const M = require('module'); const load = M._load;
M._load = function (r, ...rest) { console.log('load', r); return load.call(this, r, ...rest); };
require('dayjs'); require('fs');
console.log(M._load === load, M.runMain.name, load.toString().length);
