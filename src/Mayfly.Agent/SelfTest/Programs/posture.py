# Prints what a program finds around itself, as "section<TAB>line"; Posture/InsideJail.cs judges it.
import os
import resource


def show(section, lines):
    for line in lines:
        print(section, line.rstrip("\n"), sep="\t")


def names(directory):
    try:
        return sorted(os.listdir(directory))
    except OSError:
        return []


# The listing's own descriptor is closed by the time it is looked at.
show("fd", [fd for fd in names("/proc/self/fd") if os.path.lexists(f"/proc/self/fd/{fd}")])
for section, path in (("status", "status"), ("mount", "mountinfo"), ("net", "net/dev")):
    with open(f"/proc/self/{path}") as lines:
        show(section, lines)
show("ns", [f"{name} {os.readlink(f'/proc/self/ns/{name}')}" for name in names("/proc/self/ns")])
show("pid", [str(os.getpid())])
show("process", [name for name in names("/proc") if name.isdigit()])
show("dev", names("/dev"))
show("sys", names("/sys"))
for name in "CORE NOFILE FSIZE MEMLOCK SIGPENDING MSGQUEUE STACK RTPRIO NICE".split():
    soft, hard = resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))
    show("rlimit", [f"{name} {soft} {hard}"])

# Must hold nothing: absent, unreadable or empty.
secret = """kcore keys key-users latency_stats timer_list timer_stats sched_debug kallsyms kmsg sysrq-trigger config.gz
    modules cmdline interrupts diskstats partitions acpi asound scsi bus fs irq""".split()
for name in secret:
    path = f"/proc/{name}"
    try:
        if os.path.isdir(path):
            something = os.listdir(path)
        else:
            with open(path, "rb") as file:
                something = file.read(1)
    except OSError:
        continue
    if something:
        show("visible", [path])
show("masked", [str(len(secret))])
show("done", ["yes"])
