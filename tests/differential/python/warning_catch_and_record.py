import warnings
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    warnings.warn("one", FutureWarning); exec(compile("1 is 1", "made", "exec"))
print([(w.category.__name__, str(w.message), w.filename, w.lineno) for w in seen])
def f(): warnings.warn("level", UserWarning, stacklevel=5)
f()
print("__warningregistry__" in globals())
