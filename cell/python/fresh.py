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

import sources

DIRECTORY = "/sandbox"
FILE = DIRECTORY + "/main.py"
ARGUMENTS = ["main.py"]
COMMAND = ["/usr/bin/python3", "main.py"]


def functions(home, pristine, loaded):
    """What native code calls: settle, prepare, take_over, tick or None, own_modules, lend_traceback; and the programs that it runs before: in the
    zygote (rehearsal.py), and in each child."""
    with open(home + "/rehearsal.py", "rb") as file:
        rehearsal = file.read()
    tick = _tick if "logging" in loaded else None
    return lambda: _settle(home, loaded), lambda: _prepare(pristine), _take_over, tick, _own_modules, _lend_traceback, rehearsal, _FIRST_STEP


# What the zygote has imported and hides from programs: for printing tracebacks.
_lent = {}


# In the zygote ----------------------------------------------------------------------------------------------------


def _settle(home, loaded):
    sys.excepthook = sys.__excepthook__
    sys.argv = list(ARGUMENTS)
    sys.orig_argv = list(COMMAND)
    sys.path[0] = DIRECTORY
    _forget_driver(home, loaded)
    _renew_signals()
    _renew_streams()
    sources.find()
    global _last_module  # of those that were there before a program's own
    _last_module = next(reversed(sys.modules))
    gc.collect()
    gc.freeze()


def _forget_driver(home, loaded):
    # To print an uncaught exception the interpreter imports this, and a dozen modules with it: ten times what a small program costs.
    searched = set(sys.path_importer_cache)
    import linecache
    import traceback

    try:
        raise ValueError
    except ValueError as error:
        traceback.print_exception(error, file=io.StringIO())  # it has first uses, too
    linecache.clearcache()
    for name in [name for name in sys.modules if name not in loaded or name == "warm"]:
        module = sys.modules.pop(name)
        if not (getattr(module, "__file__", None) or "").startswith(home):
            _lent[name] = module
    for path in list(sys.path_importer_cache):
        if path.startswith(home) or path not in searched or path == DIRECTORY:
            del sys.path_importer_cache[path]
    # The interpreter asks whether a program is an archive; it is not.
    sys.path_importer_cache[FILE] = None


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

# The pages that every program writes to are copied now and not while somebody waits. More than this costs more than it saves: programs
# differ, and a page that one of them does not need is copied for nothing.
_FIRST_STEP = b'print("", end="")\n'
_nowhere = io.TextIOWrapper(io.BufferedWriter(io.BytesIO()), "utf-8", line_buffering=True)


def _prepare(pristine):
    _renew_main(pristine)
    sources.renew()
    if threading := sys.modules.get("threading"):
        threading.main_thread()._set_native_id()
    if process := sys.modules.get("multiprocessing.process"):
        process.current_process().authkey = os.urandom(32)
    print(1, file=_nowhere)


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


def _tick():
    """The clock that log records' relativeCreated counts from."""
    logging = sys.modules["logging"]
    logging._startTime = time.time_ns() if isinstance(logging._startTime, int) else time.time()


def _lend_traceback():
    """Before an uncaught exception is printed. Not if the program uses these modules: what it put there must show."""
    if sys.excepthook is sys.__excepthook__ and "traceback" not in sys.modules and "linecache" not in sys.modules:
        for name, module in _lent.items():
            sys.modules.setdefault(name, module)


def _own_modules():
    """The program's: __main__, then what it imported from where it can write."""
    own = []
    for name in reversed(sys.modules):
        if name == _last_module:
            break
        file = getattr(sys.modules[name], "__file__", None)
        if file is None or file.startswith((DIRECTORY + "/", "/tmp/")):
            own.append(name)
    return ["__main__", *reversed(own)]
