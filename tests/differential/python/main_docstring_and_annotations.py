"""The docstring of main."""
x: int = 5
y: "undefined"
print(__doc__, __annotations__, __file__, __name__, __package__)
