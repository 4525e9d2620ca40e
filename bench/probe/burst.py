#!/usr/bin/env python3
"""What a CPU burst would be worth: a program that needs some CPU time and then ends, in a control group of its own at half a core.

    sudo bench/probe/burst.py

Prints wall time (median of 15, with and without the burst in turns) and how often the kernel throttled. Control groups are removed.
"""
import os
import statistics
import time

PERIOD_US, QUOTA_US, ROUNDS = 100_000, 50_000, 15
V1 = next((path for path in ("/sys/fs/cgroup/cpu", "/sys/fs/cgroup/cpu,cpuacct") if os.path.exists(path + "/cpu.cfs_quota_us")
           or os.path.exists(path + "/cgroup.procs")), None)
ROOT = V1 or "/sys/fs/cgroup"


def write(group, name, value):
    with open(f"{group}/{name}", "w") as file:
        file.write(str(value))


def limit(group, burst_us):
    if V1:
        write(group, "cpu.cfs_period_us", PERIOD_US)
        write(group, "cpu.cfs_quota_us", QUOTA_US)
        write(group, "cpu.cfs_burst_us", burst_us)
    else:
        write(group, "cpu.max", f"{QUOTA_US} {PERIOD_US}")
        write(group, "cpu.max.burst", burst_us)


def run(number, needs_seconds, burst_us):
    group = f"{ROOT}/mayfly-burst-{os.getpid()}-{number}"
    os.mkdir(group)
    try:
        limit(group, burst_us)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            write(group, "cgroup.procs", 0)
            began, cpu = time.monotonic(), time.thread_time()
            while time.thread_time() - cpu < needs_seconds:
                pass
            os.write(writer, str(time.monotonic() - began).encode())
            os._exit(0)
        os.close(writer)
        os.waitpid(child, 0)
        with os.fdopen(reader) as told:
            wall = float(told.read())
        with open(f"{group}/cpu.stat") as file:
            throttled = int(dict(line.split() for line in file)["nr_throttled"])
        return wall * 1000, throttled
    finally:
        os.rmdir(group)


if not V1:
    write(ROOT, "cgroup.subtree_control", "+cpu")
count = 0
for needs_ms in (40, 60, 80, 150):
    results = {0: [], QUOTA_US: []}
    for _ in range(ROUNDS):
        for burst in results:
            count += 1
            results[burst].append(run(count, needs_ms / 1000, burst))
    for burst, runs in results.items():
        print(f"needs {needs_ms} ms of CPU, burst {burst // 1000} ms: {statistics.median(wall for wall, _ in runs):.0f} ms, throttled {sum(times for _, times in runs)} times in {ROUNDS} runs")
