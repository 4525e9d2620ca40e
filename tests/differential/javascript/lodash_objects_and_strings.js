const _ = require('lodash');
const o = { a: [{ b: { c: 3 } }] }; console.log(_.get(o, 'a[0].b.c'), _.get(o, 'a.x', 'none'), _.set({}, 'x[0].y', 1), _.merge({ a: { x: 1 } }, { a: { y: 2 } }), _.cloneDeep(o) !== o, _.isEqual({ a: [1] }, { a: [1] }), _.omit({ a: 1, b: 2 }, 'a'), _.mapValues({ a: 1 }, (v) => v + 1), _.invert({ a: 'b' }), _.defaultsDeep({ a: {} }, { a: { b: 1 } }));
console.log(_.camelCase('Foo bar-baz'), _.kebabCase('fooBar'), _.startCase('--foo-bar--'), _.truncate('a long sentence here', { length: 10 }), _.template('hi <%= name %>!')({ name: 'x' }), _.words('fred, barney'), _.deburr('déjà vu'), _.escape('<&>'), _.pad('a', 3, '-'), _.uniqueId('id-'), _.uniqueId('id-'));
_.template('<% throw new Error("in template") %>')({});
