import os
print(os.getpid() == os.getpgrp() or os.getpgrp() == os.getpgid(0), os.getpid() != 1, os.getppid() in (0, 1), os.getsid(0) in (os.getpid(), os.getppid(), 0, 1))
print(os.getpid(), os.getppid(), os.getpgrp(), os.getsid(0))
print(os.sched_getaffinity(0) == set(range(os.cpu_count())), os.nice(0), os.sched_getscheduler(0), os.getpriority(os.PRIO_PROCESS, 0))
print(os.getuid() == os.geteuid() == os.getgid() == os.getegid(), os.getgroups(), os.get_inheritable(0), os.getloadavg() is not None)
