# Importing main by its own name runs it a second time under that name.
import sys
print("running as", __name__, __spec__ and __spec__.origin)
if __name__ == "__main__":
    import main
    print(main is sys.modules["__main__"], main.__file__, main.__cached__ is not None)
