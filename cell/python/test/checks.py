"""What no comparison of two runs shows. A check answers with what is wrong, or nothing."""

import os
import pathlib
import signal

from agent import COMMAND, ENVIRONMENT, Child, zygote

CHILDREN = 50

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


def forked_processes_do_not_end_it(jailer, tier):
    code = "import os, sys, time\nif os.fork() == 0: sys.exit(9)\ntime.sleep(0.3)\nprint('parent')\nsys.exit(4)"
    output, _, exit_code, _ = run(jailer, tier("python"), code)
    return "" if (output, exit_code) == (b"parent\n", 4) else f"  {output!r}, {exit_code}\n"


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


def bad_tier_is_an_end(jailer, tier):
    """A zygote that cannot import does not serve."""
    try:
        zygote(["no_such_module"])
    except RuntimeError:
        return ""
    return "  it serves\n"


ALL = {check.__name__: check for check in (random_sources, one_thread, arguments_and_environment, told_early,
                                           forked_processes_do_not_end_it, children_do_not_see_each_other, spares_side_by_side,
                                           bad_tier_is_an_end)}
