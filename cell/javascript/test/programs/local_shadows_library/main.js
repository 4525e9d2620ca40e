console.log(require('lodash'), module.children.length);
