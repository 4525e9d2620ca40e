const m = require('mathjs'); const own = m.create(m.all, { randomSeed: 'seed' }); console.log(own.random(), own.randomInt(1000));
const s = require('seedrandom'); console.log(s('hello')(), s.alea ? s.alea('x')() : 0, Object.keys(s), s.name, s.toString().length);
