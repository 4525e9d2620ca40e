import dbm.dumb, shelve, os

with dbm.dumb.open("d", "c") as base:
    base["k"] = "v"; print(base["k"], list(base.keys()))
with shelve.Shelf(dbm.dumb.open("s", "c"), writeback=True) as shelf:
    shelf["list"] = [1]; shelf["list"].append(2)
with shelve.Shelf(dbm.dumb.open("s")) as shelf: print(dict(shelf))
print(sorted(os.listdir()), dbm.whichdb("d"))
dbm.dumb.open("none", "r")
