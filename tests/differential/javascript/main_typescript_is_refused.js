require('fs').writeFileSync('t.ts', 'const x: number = 1; console.log(x);');
require('./t.ts');
