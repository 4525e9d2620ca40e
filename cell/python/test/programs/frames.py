import inspect
import sys
print(sys._getframe().f_back, sys._getframe().f_code.co_filename, sys._getframe().f_lineno, len(inspect.stack()))
print([frame.filename for frame in inspect.stack()], len(sys._current_frames()))
def f():
    return sys._getframe().f_back.f_back
print(f(), sys._getframe().f_globals is globals(), sys._getframe().f_locals is globals())
print(sys.exc_info(), [name for name in dir(sys) if name.startswith("last_")], sys.excepthook is sys.__excepthook__)
