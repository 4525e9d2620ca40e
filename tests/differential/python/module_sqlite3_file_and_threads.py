import sqlite3, threading, os

base = sqlite3.connect("f.db"); base.execute("pragma journal_mode=wal"); base.execute("create table t(x)"); base.commit()
other = sqlite3.connect("f.db", timeout=0.02, isolation_level=None)
base.execute("insert into t values (1)")
try:
    other.execute("insert into t values (2)")
except sqlite3.OperationalError as error:
    print(error)
base.rollback(); print(other.execute("select count(*) from t").fetchone(), sorted(os.listdir()))
def misuse():
    try:
        base.execute("select 1")
    except sqlite3.ProgrammingError as error:
        print(str(error).split(".")[0])
thread = threading.Thread(target=misuse); thread.start(); thread.join()
base.close(); base.execute("select 1")
