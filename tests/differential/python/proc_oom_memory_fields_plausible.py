values = {l.split(":")[0]: int(l.split()[1]) for l in open("/proc/self/status") if l.startswith(("Vm", "Rss"))}
print(sorted(values), 2_000 < values["VmRSS"] < 150_000, values["VmSwap"], values["VmLck"], values["VmPin"], values["VmHWM"] >= values["VmRSS"])
import resource; print(2_000 < resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 150_000)
