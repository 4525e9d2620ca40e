const m = require('mathjs');
console.log(m.evaluate('det([1,2;3,4])'), m.simplify('x + x').toString(), m.derivative('sin(x)', 'x').toString(), m.format(m.bignumber(2).sqrt()), m.unit('5 cm').to('inch').toString(), m.inv([[1, 2], [3, 4]]), m.config(), m.random() < 1, m.randomInt(1, 2));
const own = m.create(m.all, { randomSeed: 'a' }); console.log(own.random(), own.pickRandom([1, 2, 3, 4, 5]));
