const { create, all } = require('mathjs');
const big = create(all, { number: 'BigNumber', precision: 40 }); console.log(big.evaluate('1/3').toString(), require('mathjs').config().number, big.config().precision);
big.import({ twice: (x) => x * 2 }, {}); console.log(big.evaluate('twice(4)').toString(), require('mathjs').twice); const seeded = create(all, { randomSeed: 'a' }); console.log(seeded.random() === create(all, { randomSeed: 'a' }).random());
require('mathjs').config({ number: 'no such' });
