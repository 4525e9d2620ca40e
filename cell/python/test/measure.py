"""What children cost, tier by tier. Prints, judges nothing: figures differ from machine to machine."""

import os
import statistics
import time

from agent import Child

ROUNDS = 30
PROGRAMS = {
    "print(1)": "print(1)",
    "json, re": "import json, re, collections; print(json.dumps(re.findall('a', 'banana')))",
    "error": "1 / 0",
    "DataFrame": "import pandas; print(pandas.DataFrame({'a': [1, 2]}).sum())",
}


def measure(name, jailer, parent):
    print(f"{name}: zygote {memory(parent.process.pid)}")
    for title, code in PROGRAMS.items():
        if title != "DataFrame" or name in ("pandas", "all"):
            rounds = [one(jailer, parent, code) for _ in range(ROUNDS)]
            fork, ready, ready_faults, ran, faults, wall = (statistics.median(column) for column in zip(*rounds))
            print(f"  {title:9} CPU ms: fork {fork:.2f}, to READY {ready:.2f} ({ready_faults:.0f} faults),"
                  f" START to death {ran:.2f} ({faults:.0f} faults); START to the output's end {wall:.2f} ms")
    child = Child(jailer, parent)
    print(f"  idle spare {memory(child.pid)}", flush=True)
    child.destroy()


def one(jailer, parent, code):
    before, _ = usage(parent.process.pid)
    child = Child(jailer, parent)
    fork = usage(parent.process.pid)[0] - before
    ready, ready_faults = usage(child.pid)
    begun = time.perf_counter()
    child.start({"main.py": code.encode()})
    while os.read(child.output, 4096):
        pass
    wall = (time.perf_counter() - begun) * 1e3
    child.collect()
    total = (child.exited.user_us + child.exited.system_us) / 1e3
    return fork, ready, ready_faults, total - ready, child.exited.faults - ready_faults, wall


def usage(pid):
    """CPU ms, minor faults."""
    with open(f"/proc/{pid}/schedstat") as schedule, open(f"/proc/{pid}/stat") as state:
        return int(schedule.read().split()[0]) / 1e6, int(state.read().rpartition(")")[2].split()[7])


def memory(pid):
    with open(f"/proc/{pid}/smaps_rollup") as smaps:
        sizes = {line.split(":")[0]: int(line.split()[1]) for line in smaps if line.endswith("kB\n")}
    private = sizes["Private_Dirty"] + sizes["Private_Clean"]
    return f"{sizes['Rss'] // 1024} MB resident, {private} kB private, {sizes['AnonHugePages'] // 1024} MB in huge pages"
