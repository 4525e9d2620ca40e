"""What children cost, tier by tier. Prints, judges nothing: figures differ from machine to machine."""

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
            ready, ran, faults_ready, faults, wall = (statistics.median(column) for column in zip(*rounds))
            print(f"  {title:10} to READY {ready:6.2f} ms CPU {faults_ready:5.0f} faults; from START to death {ran:6.2f} ms CPU"
                  f" {faults:5.0f} faults; output's end after {wall:6.2f} ms")
    child = Child(jailer, parent)
    print(f"  idle spare {memory(child.pid)}", flush=True)
    child.destroy()


def one(jailer, parent, code):
    child = Child(jailer, parent)
    ready_ms, ready_faults = usage(child.pid)
    begun = time.perf_counter()
    child.start({"main.py": code.encode()})
    while child.output and not child.ended():
        pass
    wall = (time.perf_counter() - begun) * 1e3
    child.collect()
    total = (child.exited.user_us + child.exited.system_us) / 1e3
    return ready_ms, total - ready_ms, ready_faults, child.exited.faults - ready_faults, wall


def usage(pid):
    """CPU ms, minor faults: since the fork."""
    with open(f"/proc/{pid}/schedstat") as schedule, open(f"/proc/{pid}/stat") as state:
        return int(schedule.read().split()[0]) / 1e6, int(state.read().rpartition(")")[2].split()[7])


def memory(pid):
    with open(f"/proc/{pid}/smaps_rollup") as smaps:
        sizes = {line.split(":")[0]: int(line.split()[1]) for line in smaps if line.endswith("kB\n")}
    private = sizes["Private_Dirty"] + sizes["Private_Clean"]
    return f"{sizes['Rss'] // 1024} MB resident, {private} kB private, {sizes['AnonHugePages'] // 1024} MB in huge pages"
