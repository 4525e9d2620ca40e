const math = require('mathjs');
const m = math.matrix([[1, 2], [3, 4]]); console.log(math.det(m), math.inv(m).toString(), math.multiply(m, [1, 1]).toArray(), math.transpose(m).toString(), math.lusolve([[2, 0], [0, 4]], [2, 4]), math.eigs([[2, 0], [0, 3]]).values);
console.log(math.bignumber('0.1').plus('0.2').toString(), math.fraction(1, 3).add(math.fraction('1/6')).toString(), math.complex('2+3i').mul(math.complex(0, 1)).toString(), math.std([1, 2, 3, 4]), math.median([3, 1, 2]), math.gcd(12, 18), math.factorial(20), math.combinations(5, 2), math.mode([1, 2, 2]), math.erf(0.5), math.typeOf(m));
math.inv([[1, 2], [2, 4]]);
