import builtins
print(dir(builtins))
try:
    _
except NameError as error:
    print(error)
print(exit, copyright.__class__, credits.__class__)
