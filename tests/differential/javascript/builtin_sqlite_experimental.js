const { DatabaseSync } = require('node:sqlite');
const base = new DatabaseSync(':memory:');
base.exec('create table t(a integer, b text)'); const insert = base.prepare('insert into t values (?, ?)'); console.log(insert.run(1, 'x'), insert.run(2, 'é'));
console.log(base.prepare('select * from t order by a desc').all());
base.exec('select * from none');
