import symtable

table = symtable.symtable("def f(a):\n    global g\n    def inner(): return a\n    return [x for x in a]\n", "made", "exec")
f = table.get_children()[0]
print(f.get_name(), f.get_parameters(), f.get_globals(), f.lookup("a").is_parameter(), [c.get_name() for c in f.get_children()], table.lookup("f").is_namespace())
symtable.symtable("def f(: pass", "wrong.py", "exec")
