"""Makes a warm interpreter look like one that has just been started with `python3 main.py` in /sandbox.

What can be done once is done in the zygote (settle); what must differ from child to child, in the child (prepare), before it says
that it is ready; what depends on the program, after it came (take_over, tick).
"""

import _signal
import gc
import io
import os
import sys
import time

import _zygote
import sources
import warm

DIRECTORY = "/sandbox"
FILE = DIRECTORY + "/main.py"
ARGUMENTS = ["main.py"]
COMMAND = ["/usr/bin/python3", "main.py"]


def functions(home, pristine, started_with, loaded):
    """What native code calls when, by name (module.c), and the programs it runs to rehearse."""
    with open(home + "/rehearsal.py", "rb") as file:
        rehearsal = file.read()
    return {
        "settle": lambda: _settle(home, pristine, loaded),
        "prepare": lambda: _prepare(pristine),
        "take_over": _take_over,
        "give_way": lambda: _give_way(loaded - started_with),
        "tick": _tick if not loaded.isdisjoint(("logging", "dateutil.parser")) else None,
        "own_modules": _own_modules,
        "lend_traceback": _lend_traceback,
        "rehearsal": rehearsal,
        "first_step": _FIRST_STEP,
        "trials": [b"print(1)\n", *warm.trials()],
    }


# What the zygote has imported and hides from programs: for printing tracebacks.
_lent = {}


# In the zygote ----------------------------------------------------------------------------------------------------


def _settle(home, pristine, loaded):
    sys.excepthook = sys.__excepthook__
    sys.argv = list(ARGUMENTS)
    sys.orig_argv = list(COMMAND)
    sys.path[0] = DIRECTORY
    _forget_driver(home, loaded)
    _renew_signals()
    _renew_streams()
    global _last_module  # of those that were there before a program's own
    _last_module = next(reversed(sys.modules))
    sources.find()
    _rehearse(pristine)
    gc.collect()
    _zygote.make_immortal(gc.get_objects(), type(_settle.__code__))
    gc.freeze()


def _forget_driver(home, loaded):
    searched = set(sys.path_importer_cache)
    _keep_to_lend()
    for name in set(sys.modules) - loaded:
        del sys.modules[name]
    for path in list(sys.path_importer_cache):
        if path.startswith(home) or path not in searched or path == DIRECTORY:
            del sys.path_importer_cache[path]
    # The interpreter asks whether a program is an archive; it is not.
    sys.path_importer_cache[FILE] = None


def _rehearse(pristine):
    """What each child does: the interpreter rewrites code that runs often, and keeps what it has looked up."""
    main = sys.modules["__main__"]
    for _ in range(64):
        _prepare(pristine)
        _own_modules()
    sys.modules["__main__"] = main


def _keep_to_lend():
    """To print an uncaught exception the interpreter imports traceback, and a dozen modules with it: ten times what a small program costs."""
    before = set(sys.modules)
    import linecache
    import traceback

    try:
        raise ValueError
    except ValueError as error:
        traceback.print_exception(error, file=io.StringIO())  # it has first uses, too
    linecache.clearcache()
    _lent.update((name, module) for name, module in sys.modules.items() if name not in before)


def _renew_signals():
    """What the zygote's own parent ignored is not for programs to ignore."""
    for number in _signal.valid_signals():
        if _signal.getsignal(number) == _signal.SIG_IGN and number not in (_signal.SIGPIPE, _signal.SIGXFSZ):
            _signal.signal(number, _signal.SIG_DFL)
    _signal.signal(_signal.SIGINT, _signal.default_int_handler)


def _renew_streams():
    """Streams remember whether their file can be sought. The zygote's may be a log, a program's are pipes."""
    reader, writer = os.pipe()
    for descriptor, name in (1, "stdout"), (2, "stderr"):
        kept = os.dup(descriptor)
        os.dup2(writer, descriptor)
        stream = _stream_like(getattr(sys, name), descriptor)
        os.dup2(kept, descriptor)
        os.close(kept)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    os.close(reader)
    os.close(writer)


def _stream_like(old, descriptor):
    """As CPython's create_stdio makes it."""
    old.flush()
    buffer = io.open(descriptor, "wb", closefd=False)
    buffer.raw.name = old.name
    stream = io.TextIOWrapper(buffer, old.encoding, old.errors, "\n", old.line_buffering, old.write_through)
    stream.mode = old.mode
    return stream


# In a child -------------------------------------------------------------------------------------------------------

# Done once before a program comes: what it touches then is near.
_FIRST_STEP = b'print("", end="")\n'


def _prepare(pristine):
    _renew_main(pristine)
    sources.renew()
    if threading := sys.modules.get("threading"):
        threading.main_thread()._set_native_id()
    if process := sys.modules.get("multiprocessing.process"):
        process.current_process().authkey = os.urandom(32)


def _renew_main(pristine):
    """A new module: native code still holds the old one's frame. Not in the zygote: what is frozen there is never collected."""
    main = type(sys)("__main__")
    main.__dict__.clear()
    main.__dict__.update(pristine)
    main.__file__ = FILE
    main.__loader__ = type(pristine["__loader__"])("__main__", FILE)
    if "__annotations__" in pristine:
        main.__annotations__ = {}
    sys.modules["__main__"] = main


def _take_over(arguments, environment):
    sys.orig_argv = [os.fsdecode(argument) for argument in arguments]
    sys.argv = sys.orig_argv[1:]
    os.environ.clear()
    for entry in environment:
        name, _, value = entry.partition(b"=")
        os.environb[name] = value
    time.tzset()


def _give_way(imported):
    """A file of the program goes before a library's module of the same name, as if that had not been imported."""
    for name in imported.intersection(entry.partition(".")[0] for entry in os.listdir(DIRECTORY)):
        for module in [module for module in sys.modules if module == name or module.startswith(name + ".")]:
            del sys.modules[module]


def _tick():
    """What libraries noted of the time when they were imported, which may be long ago."""
    # What log records' relativeCreated counts from.
    if logging := sys.modules.get("logging"):
        logging._startTime = time.time_ns() if isinstance(logging._startTime, int) else time.time()
    # A year of two digits is one near this year.
    if parser := sys.modules.get("dateutil.parser"):
        info = parser.DEFAULTPARSER.info
        info._year = time.localtime().tm_year
        info._century = info._year // 100 * 100


def _lend_traceback():
    """Before an uncaught exception is printed. Not if the program has modules of these names: they would be imported."""
    if sys.excepthook is not sys.__excepthook__ or any(entry.partition(".")[0] in _lent for entry in os.listdir(DIRECTORY)):
        return
    # If it has imported these, what it left in them must show.
    if not any(name in _lent and name in sys.modules for name in ("traceback", "linecache")):
        for name, module in _lent.items():
            sys.modules.setdefault(name, module)


def _own_modules():
    """The program's: __main__, then what it imported from where it can write."""
    own = []
    is_last_known = _last_module in sys.modules  # a program can take it out; then all are looked at
    for name in reversed(sys.modules):
        if name == _last_module:
            break
        file = getattr(sys.modules[name], "__file__", None)
        if is_last_known if file is None else file.startswith((DIRECTORY + "/", "/tmp/")):
            own.append(name)
    return ["__main__", *reversed(own)]
