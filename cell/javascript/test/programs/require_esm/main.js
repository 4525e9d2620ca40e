console.log(require('./m.mjs').v);
