const math = require('mathjs');
console.log(math.evaluate('sqrt(3^2 + 4^2) * 2 inch to cm'), math.evaluate('12.7 cm to inch').toString(), math.evaluate(['a = 3', 'a^2']), math.derivative('x^2 + sin(x)', 'x').toString(), math.simplify('2x + x').toString(), math.parse('2 + 3 * x').toTex(), math.format(1 / 3, { precision: 3 }), math.evaluate('f(x) = x + 1')(2));
for (const text of ['2 +', 'none + 1', '[1, 2] * [1, 2, 3]', '5 cm + 2 s', 'f(']) try { math.evaluate(text); } catch (e) { console.log(text, e.name, e.message); }
math.evaluate('import({ x: 1 })');
