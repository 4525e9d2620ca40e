const { spawnSync } = require('child_process');
for (const text of ['"text"', '42', 'null', 'undefined', '{ a: 1 }', 'Symbol("s")', '[1, [2]]', 'function f() {}', 'Object.create(null)']) {
  const r = spawnSync(process.execPath, ['-e', `throw (${text})`]); console.log(text, r.status, r.stderr.toString().replace(/Node\.js v.*/, ''));
}
throw { code: 'OWN', nested: { deep: [1, 2] } };
