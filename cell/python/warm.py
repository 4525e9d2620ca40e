"""Imports what a zygote holds ready, and lets each library do once what it does on first use."""

import io

import _zygote


_trials = []


def trials():
    """Programs that use the tier's libraries as most do."""
    return _trials


def load(names):
    """Imports the modules of that name, then warms those it knows."""
    _zygote.settled()
    for name in names:
        __import__(name)
        _zygote.settled()
    for name in names:
        if name in _FIRST_USES:
            _FIRST_USES[name]()
        if name in _TRIALS:
            _trials.append(_TRIALS[name])


def _numpy():
    import numpy

    square = numpy.arange(9.0).reshape(3, 3) + numpy.eye(3)
    numpy.linalg.solve(square, numpy.ones(3))
    numpy.random.default_rng().normal(size=3).mean()
    str(square)


def _pandas():
    import pandas

    frame = pandas.DataFrame({"key": ["a", "b", "a"], "value": [1, 2, 3], "time": pandas.to_datetime(["2026-01-01"] * 3)})
    frame["ratio"] = frame["value"] / frame["value"].sum()
    frame.groupby("key")["value"].sum()
    frame.merge(frame, on="key").sort_values("value_x").describe()
    frame[frame["value"] > 1].to_csv(text := io.StringIO())
    pandas.read_csv(io.StringIO(text.getvalue()))
    str(frame)


def _sympy():
    import sympy

    x = sympy.Symbol("x")
    sympy.solve(x**2 - 2, x)
    sympy.integrate(x * sympy.cos(x), x)
    str(sympy.diff(sympy.exp(x) * x, x))
    sympy.simplify((x**2 - 1) / (x - 1))


def _dateutil():
    import dateutil.parser
    import dateutil.relativedelta

    dateutil.parser.parse("2026-01-01 12:00") + dateutil.relativedelta.relativedelta(months=1)


def _pillow():
    import PIL.Image

    PIL.Image.new("RGB", (2, 2)).save(io.BytesIO(), "PNG")


_FIRST_USES = {"numpy": _numpy, "pandas": _pandas, "sympy": _sympy, "dateutil": _dateutil, "PIL": _pillow}


_TRIALS = {
    "numpy": b"import numpy\nprint(numpy.ones(2) + 1)\n",
    "pandas": b"import pandas\nprint(pandas.DataFrame({'a': [1, 2]}).sum())\n",
}
