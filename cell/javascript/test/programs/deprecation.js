require('punycode');
require('util')._extend({}, {});
console.log('x');
