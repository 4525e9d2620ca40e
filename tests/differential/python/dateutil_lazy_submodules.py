# dateutil gives its submodules on demand; what is there before depends on nobody else.
import sys, dateutil

print(sorted(m for m in sys.modules if m.startswith("dateutil")), dateutil.__all__)
print(dateutil.parser.__name__, "dateutil.tz" in sys.modules, "pandas" in sys.modules, "six" in sys.modules)
dateutil.nothing
