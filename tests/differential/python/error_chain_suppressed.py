try:
    try:
        1 / 0
    except ZeroDivisionError:
        raise ValueError("only this is shown") from None
except ValueError as error:
    print(error.__suppress_context__, error.__context__)
    raise
