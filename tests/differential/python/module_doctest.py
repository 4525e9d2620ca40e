# doctest finds the examples of __main__ and reports a failure by its line in main.py.
import doctest

def double(x):
    """
    >>> double(2)
    4
    >>> double('a')
    'wrong'
    >>> double(None)
    Traceback (most recent call last):
    TypeError: unsupported operand type(s) for *: 'NoneType' and 'int'
    """
    return x * 2

print(doctest.testmod())
