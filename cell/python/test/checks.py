"""What no comparison of two runs shows. A check answers with what is wrong, or nothing."""

import mmap
import os
import signal
import struct
import time

from agent import COMMAND, ENVIRONMENT, INIT_EXITED, Child, zygote

CHILDREN = 50

# Whatever might note the date when it is imported or warmed.
ALL_MODULES = ("json", "re", "datetime", "random", "email.utils", "logging", "multiprocessing", "uuid", "asyncio", "http.cookiejar",
               "numpy", "pandas", "sympy", "dateutil", "PIL")

SOURCES = {
    "python": """
import random, uuid, secrets, tempfile, os
print(random.random(), random.Random().random())
print(uuid.uuid1().clock_seq, uuid.uuid4())
print(secrets.token_hex(8))
print(os.path.basename(tempfile.mktemp()))
print(os.urandom(8))
""",
    "all": """
import numpy, random, sympy, uuid
from sympy.core.random import rng, _assumptions_rng
print(random.random())
print(numpy.random.random(), numpy.random.default_rng().random())
print(numpy.random.get_state()[1][5])
print(rng.random())
print(_assumptions_rng.random())
print(sympy.Dummy("x").dummy_index)
print(uuid.uuid4())
""",
}
# A clock sequence has 14 bits: of 50 a few may be alike.
FEW_VALUES = {("python", 1)}


def run(jailer, parent, code, **more):
    child = Child(jailer, parent)
    child.start({"main.py": code.encode()}, **more)
    return *child.collect(), child


def random_sources(jailer, tier):
    wrong = ""
    for name, code in SOURCES.items():
        lines = zip(*(run(jailer, tier(name), code)[0].splitlines() for _ in range(CHILDREN)))
        count = 0
        for number, values in enumerate(lines):
            count += 1
            for position, column in enumerate(zip(*(value.split(b" ") for value in values))):
                least = CHILDREN - 5 if (name, number) in FEW_VALUES else CHILDREN
                if len(set(column)) < least:
                    wrong += f"  {name}, line {number}, column {position}: {len(set(column))} values: {column[0]!r}\n"
        if count != code.count("print("):
            wrong += f"  {name}: {count} lines\n"
    return wrong


def one_thread(jailer, tier):
    return "".join(f"  {name}: {len(os.listdir(f'/proc/{tier(name).process.pid}/task'))} threads\n"
                   for name in ("python", "all") if len(os.listdir(f"/proc/{tier(name).process.pid}/task")) != 1)


def stack_is_limited(jailer, tier):
    """Since exec: the layout of memory was chosen by it. Its children's limits are compared with others' (programs/identity.py)."""
    with open(f"/proc/{tier('python').process.pid}/limits") as limits:
        line = next(line for line in limits if line.startswith("Max stack size"))
    return "" if line.split()[3] == str(8 << 20) else line


def logging_begins_with_the_program(jailer, tier):
    """Where logging is in the tier, relativeCreated would count from the zygote's start."""
    child = Child(jailer, tier("standard"))
    program = b"import logging; print(type(logging._startTime) is int, logging._startTime > int(input()) / (1 if type(logging._startTime) is int else 1e9))"
    child.start({"main.py": program}, str(time.time_ns()).encode())
    output = child.collect()
    return "" if output[0] in (b"True True\n", b"False True\n") else f"  {output}\n"


def grown_old_it_knows_the_date(jailer, tier):
    """A year after its start. So does a child that was forked then, and waited all the year for its program."""
    with open("/mayfly/test/programs/all-clock.py", "rb") as file:
        program = {"main.py": file.read()}
    with open("/tmp/behind", "w+b") as file:
        file.write(struct.pack("=q", 400 * 24 * 3600))
        file.flush()
        behind = mmap.mmap(file.fileno(), 8)
    parent = zygote(ALL_MODULES, preloaded={"LD_PRELOAD": "/mayfly/long_ago.so", "LONG_AGO": "/tmp/behind"})
    then = run(jailer, parent, "import time; print(time.localtime().tm_year)")[0]
    spare = Child(jailer, parent)
    behind[:] = bytes(8)
    if int(then) == time.localtime().tm_year:
        return "  no time has passed\n"
    forked_now, fresh = Child(jailer, parent, slot=1), Child(jailer, jailer, slot=2)
    results = []
    for child in fresh, spare, forked_now:
        child.start(program)
        results.append(child.collect())
    parent.stop()
    if b"False" in results[0][0] or results[0][2] != 0:
        return f"  a fresh interpreter does not know it: {results[0]}\n"
    return "".join(f"  {name}: {result}\n" for name, result in zip(("a fresh interpreter", "a spare", "a new child"), results) if result != results[0])


def keys_of_processes_differ(jailer, tier):
    """multiprocessing draws one when it is imported."""
    code = "import multiprocessing; print(bytes(multiprocessing.current_process().authkey).hex())"
    keys = {run(jailer, tier("standard"), code)[0] for _ in range(3)}
    return "" if len(keys) == 3 else f"  {keys}\n"


def own_files_go_first(jailer, tier):
    """Before modules of the tier, for the program. Libraries of the tier keep what they imported."""
    files = {"main.py": b"import json, statistics, textwrap, logging, os; print(json.MINE, statistics.mean([1]), textwrap.MINE, logging.MINE)",
             "json.py": b"MINE = 1", "textwrap/__init__.py": b"MINE = 2", "logging.py": b"MINE = 3", "os.py": b"never"}
    results = []
    for parent in jailer, tier("standard"):
        child = Child(jailer, parent)
        child.start(files)
        results.append(child.collect())
    return "" if results[0] == results[1] and results[0][0] == b"1 1 2 3\n" else f"  cold {results[0]}\n  warm {results[1]}\n"


def arguments_and_environment(jailer, tier):
    code = "import os, sys, time; print(sys.argv, sys.orig_argv, dict(os.environ), time.tzname, os.popen('echo $COLOUR').read())"
    environment = {"COLOUR": "gr\u00fcn", **ENVIRONMENT, "TZ": "Europe/Berlin"}
    del environment["TMPDIR"]
    results = [run(jailer, parent, code, arguments=[*COMMAND, "one", "zw\u00f6lf"], environment=environment)[:3]
               for parent in (jailer, tier("python"))]
    return "" if results[0] == results[1] and b"gr\xc3\xbcn" in results[0][0] else f"  cold {results[0]}\n  warm {results[1]}\n"


def told_early(jailer, tier):
    """An ordinary end is told by the ending page; a program that leaves by itself is seen by its wait status."""
    wrong = ""
    for code, early in ("print(1)", True), ("1 / 0", True), ("import sys; sys.exit(3)", True), ("import os; os._exit(3)", False):
        child = run(jailer, tier("python"), code)[3]
        if child.ended_early != early:
            wrong += f"  {code}: {child.ended_early}\n"
    return wrong


def faults_of(jailer, parent, code, expected):
    """Minor faults from START to the end."""
    child = Child(jailer, parent)
    with open(f"/proc/{child.pid}/stat") as state:
        before = int(state.read().rpartition(")")[2].split()[7])
    child.start({"main.py": code})
    output = child.collect()
    assert output == (expected, b"", 0), output
    return child.exited.faults - before


def pages_are_copied_ahead(jailer, tier):
    """What print(1) writes to is its own before it starts; left alone, the same program has to copy it. Both run."""
    plain = zygote(("-copy-ahead",), sums=1)
    ahead, left = (faults_of(jailer, parent, b"print(1)", b"1\n") for parent in (tier("python"), plain))
    plain.stop()
    return "" if ahead < 20 < 40 < left else f"  {ahead} faults with pages copied ahead, {left} without\n"


def what_is_looked_at_is_not_written_to(jailer, tier):
    """A copy of every module's namespace refers to all that is there once more. Where that is counted, its pages are copied."""
    code = b"import sys\nkept = [dict(vars(module)) for module in list(sys.modules.values())]\nprint(len(kept) > 30)"
    counting = zygote(("-still-heap",), sums=1)
    still, counted = (faults_of(jailer, parent, code, b"True\n") for parent in (tier("python"), counting))
    counting.stop()
    return "" if still + 60 < counted else f"  {still} faults where objects are immortal, {counted} where they are not\n"


def nothing_writable_is_shared(jailer, tier):
    """But the page in which a child says that it is done. Any other would be between it and the zygote's other children."""
    wrong = ""
    for name in "python", "all":
        output = run(jailer, tier(name), "for line in open('/proc/self/maps'):\n    if line.split()[1][3] == 's': print(line, end='')")[0]
        lines = output.decode().splitlines()
        if len(lines) != 1 or "memfd:ending" not in lines[0]:
            wrong += f"  {name}: {lines}\n"
    return wrong


def forked_processes_do_not_end_it(jailer, tier):
    """A process that the program forked comes to the end of main.py, too: its word is not the program's."""
    code = "import os, sys, time\nif os.fork() == 0: sys.exit(9)\ntime.sleep(0.3)\nprint('parent', flush=True)\nos._exit(4)"
    output, _, exit_code, child = run(jailer, tier("python"), code)
    return "" if (output, exit_code, child.ended_early) == (b"parent\n", 4, False) else f"  {output!r}, {exit_code}, {child.ended_early}\n"


def children_do_not_see_each_other(jailer, tier):
    """What one leaves in the interpreter, the next does not find."""
    parent = tier("python")
    run(jailer, parent, "import sys, os, builtins; builtins.left = 1; sys.path.append('x'); os.environ['LEFT'] = '1'; import json; json.left = 1")
    output = run(jailer, parent, "import sys, os, builtins, json; print(hasattr(builtins, 'left'), 'x' in sys.path, 'LEFT' in os.environ, hasattr(json, 'left'))")[0]
    return "" if output == b"False False False False\n" else f"  {output!r}\n"


def spares_side_by_side(jailer, tier):
    spares = [Child(jailer, tier("python"), slot) for slot in range(8)]
    wrong = ""
    for number, spare in reversed(list(enumerate(spares))):
        spare.start({"main.py": f"print({number})".encode()})
        output = spare.collect()
        if output != (f"{number}\n".encode(), b"", 0):
            wrong += f"  {number}: {output}\n"
    return wrong


def zygote_keeps_nothing(jailer, tier):
    """Of its children: no descriptor, no memory."""
    parent = tier("python")
    found = []
    for _ in range(2):
        for _ in range(CHILDREN):
            run(jailer, parent, "print(1)")
        with open(f"/proc/{parent.process.pid}/status") as status:
            found.append((len(os.listdir(f"/proc/{parent.process.pid}/fd")), *(line for line in status if line.startswith("VmData"))))
    return "" if found[0] == found[1] else f"  {found}\n"


def spares_die_with_the_zygote(jailer, tier):
    """And fall to PID 1, as whose children they must be waited for: else the jail's init cannot go."""
    parent = zygote()
    spare = Child(jailer, parent)
    parent.process.kill()
    parent.process.wait()
    _, status = os.waitpid(spare.pid, 0)
    signal.pidfd_send_signal(spare.init, signal.SIGKILL)
    jailer.report(INIT_EXITED)
    return "" if os.waitstatus_to_exitcode(status) == -signal.SIGKILL else f"  {status}\n"


def bad_tier_is_an_end(jailer, tier):
    """A zygote that cannot import does not serve."""
    try:
        zygote(["no_such_module"])
    except RuntimeError:
        return ""
    return "  it serves\n"


ALL = {check.__name__: check for check in (random_sources, one_thread, stack_is_limited, logging_begins_with_the_program, grown_old_it_knows_the_date, keys_of_processes_differ, own_files_go_first,
                                           arguments_and_environment, told_early, pages_are_copied_ahead, what_is_looked_at_is_not_written_to, nothing_writable_is_shared,
                                           forked_processes_do_not_end_it, children_do_not_see_each_other, spares_side_by_side, zygote_keeps_nothing, spares_die_with_the_zygote,
                                           bad_tier_is_an_end)}
