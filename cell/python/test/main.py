"""The zygote's tests, run by cell.sh as PID 1 of a cell. Arguments: names of programs or checks; none: all."""

import ctypes
import difflib
import pathlib
import re
import sys

MNT_DETACH, PR_CAPBSET_DROP, LAST_CAPABILITY = 2, 24, 40
# What the launcher gives to a cell: CHOWN, DAC_OVERRIDE, KILL, SETGID, SETUID, SETPCAP, NET_ADMIN, SYS_CHROOT, SYS_ADMIN, SYS_RESOURCE.
GIVEN = {0, 1, 5, 6, 7, 8, 12, 18, 21, 24}

libc = ctypes.CDLL(None)
if libc.umount2(b"/run", MNT_DETACH) != 0:
    sys.exit("the host's root could not be unmounted")
for capability in set(range(LAST_CAPABILITY + 1)) - GIVEN:
    libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
sys.path.insert(0, "/mayfly/test")

import checks
import measure
from agent import Child, Parent, zygote

PROGRAMS = pathlib.Path("/mayfly/test/programs")
failed = []


def report(name, difference):
    print(f"{'FAIL ' if difference else 'ok   '} {name}", flush=True)
    if difference:
        print(difference, flush=True)
        failed.append(name)


def difference(cold, warm):
    """Line by line. Addresses are every process's own."""
    def lines(result):
        output, errors, exit_code = result
        text = [f"out {line!r}" for line in output.splitlines(True)] + [f"err {line!r}" for line in errors.splitlines(True)]
        return [re.sub("0x[0-9a-f]{6,}", "0x…", line) for line in text] + [f"exit code {exit_code}"]

    return "".join(f"  {line}\n" for line in difflib.unified_diff(lines(cold), lines(warm), "cold", "warm", lineterm="", n=0))


def compare(jailer, parent, path):
    """The same program, in the same kind of jail, by a fresh interpreter and by the zygote's child."""
    files = {"main.py": path.read_bytes(), "helper.py": (PROGRAMS / "helper.py").read_bytes()}
    stdin = b"first\r\nsecond\n" if "stdin" in path.stem else b""
    results = []
    for by in jailer, parent:
        child = Child(jailer, by)
        child.start(files, stdin)
        results.append(child.collect())
    empty = not any(results[0][:2]) and "  prints nothing, cold\n" * ("silent" not in path.stem)
    return difference(*results) or empty


def main(wanted):
    jailer = Parent(["/mayfly/jailer", "/mayfly/seccomp.bpf"])
    tiers = {"python": (), "numpy": ("numpy",), "pandas": ("numpy", "pandas"), "sympy": ("sympy",),
             "all": ("numpy", "pandas", "sympy", "dateutil", "PIL"),
             "standard": ("json", "re", "collections", "datetime", "random", "math", "itertools", "functools", "dataclasses", "typing",
                          "statistics", "traceback")}
    zygotes = {}

    def tier(name):
        if name not in zygotes:
            zygotes[name] = zygote(tiers[name])
        return zygotes[name]

    for path in sorted(PROGRAMS.glob("*.py")):
        if path.stem != "helper" and (not wanted or path.stem in wanted):
            # tier.subject.py: a program for that tier; else for the bare one.
            name, _, subject = path.stem.rpartition("-")
            report(path.stem, compare(jailer, tier(name or "python"), path))
    for name, check in checks.ALL.items():
        if not wanted or name in wanted:
            report(name, check(jailer, tier))
    for name in tiers:
        if not wanted or "measure" in wanted or f"measure={name}" in wanted:
            measure.measure(name, jailer, tier(name))
    for name, parent in zygotes.items():
        if parent.stop() != 0:
            report(f"the zygote {name} ends with the agent's socket", "  it does not\n")
    jailer.stop()
    print(f"{len(failed)} failed" if failed else "all passed")
    return 1 if failed else 0


sys.exit(main(sys.argv[1:]))
