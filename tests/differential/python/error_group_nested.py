def collect():
    problems = []
    for text in ("1", "x", "y"):
        try:
            int(text)
        except ValueError as error:
            problems.append(error)
    raise ExceptionGroup("bad input", [problems[0], ExceptionGroup("more", problems[1:]), KeyError("k")])
collect()
