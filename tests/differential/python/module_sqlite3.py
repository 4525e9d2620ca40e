import sqlite3

base = sqlite3.connect(":memory:")
base.executescript("create table t(id integer primary key, name text unique, n real); create index i on t(n);")
with base: base.executemany("insert into t(name, n) values (?, ?)", [("a", 1.5), ("b", 2.5), ("é", 3.5)])
base.create_function("twice", 1, lambda x: x * 2)
base.row_factory = sqlite3.Row
for row in base.execute("select name, twice(n) as d, count(*) over () as c from t order by id"): print(tuple(row), row.keys())
print(base.total_changes, sqlite3.threadsafety, base.in_transaction, list(base.iterdump())[1])
for bad in ("insert into t(name) values ('a')", "select * from none", "select", "select twice('x', 2)"):
    try:
        base.execute(bad)
    except sqlite3.Error as error:
        print(type(error).__name__, error)
base.execute("select 1; select 2")
