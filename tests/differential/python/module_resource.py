# The limits that the jail sets are what the program sees.
import resource

for name in ("AS", "CORE", "CPU", "DATA", "FSIZE", "MEMLOCK", "NOFILE", "NPROC", "STACK", "RSS", "NICE", "SIGPENDING", "MSGQUEUE", "RTPRIO"):
    print(name, resource.getrlimit(getattr(resource, "RLIMIT_" + name)))
usage = resource.getrusage(resource.RUSAGE_SELF)
print(usage.ru_utime + usage.ru_stime < 3, resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime, usage.ru_nswap, resource.getpagesize())
resource.setrlimit(resource.RLIMIT_NOFILE, (5, 5))
open("/dev/null"), open("/dev/null"), open("/dev/null")
