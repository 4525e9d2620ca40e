const _ = require('lodash'), dayjs = require('dayjs'), math = require('mathjs');
const days = _.range(5).map((i) => dayjs('2024-02-27').add(i, 'day').format('MM-DD')); console.log(days, math.mean(_.map(days, (d) => Number(d.slice(3)))), _.zip(days, math.range(0, 5).toArray()));
console.log(Object.keys(require.cache).some((k) => k.includes('mathjs')), module.children.length, require.main.children.length);
