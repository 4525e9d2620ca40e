const chunk = require('lodash/chunk'), fp = require('lodash/fp');
console.log(chunk([1, 2, 3], 2), fp.map((x) => x + 1)([1]), fp.getOr('d', 'a.b')({}), Object.keys(require.cache).some((k) => k.endsWith('lodash/lodash.js')), globalThis._, require('lodash') === require('lodash/lodash'), module.children.length);
