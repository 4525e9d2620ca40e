const _ = require('lodash');
console.log(_.chunk([1, 2, 3, 4, 5], 2), _.debounce.name, _.template('<%= a %>')({ a: 1 }), _.uniqueId('x'), _.uniqueId('x'), _.VERSION);
