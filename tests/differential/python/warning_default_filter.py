import warnings
print(warnings.filters)
def old(): warnings.warn("old is old", DeprecationWarning, stacklevel=2)
old()
for i in range(2): warnings.warn("once a line")
warnings.warn("pending", PendingDeprecationWarning)
warnings.warn_explicit("explicit", UserWarning, "other.py", 7)
warnings.simplefilter("error")
warnings.warn("now an error", RuntimeWarning)
