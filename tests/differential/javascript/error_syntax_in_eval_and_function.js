for (const text of ['(', 'a b', 'let let = 1', '"\\u{110000}"', 'for (;;', 'yield 1; function* g() { var yield }', '0777n', 'class { }', 'break', 'new.target', 'super.x', 'await 1', 'import.meta', 'a?.b = 1', '({ a = 1 })', 'label: label: 1', '`${`', '/[/', '1__0', '#x in y']) {
  try { eval(text); console.log(text, 'fine'); } catch (e) { console.log(text, '->', e.name, e.message); }
}
require('vm').runInThisContext('const a = 1;\n  let a;', { filename: 'own-name.js' });
