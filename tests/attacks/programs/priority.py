# Asks for real-time classes and a better nice value; affinity is its own business.
import errno
import os


def attempt(what, call, *arguments):
    try:
        call(*arguments)
    except OSError as error:
        print(f"{what}: {errno.errorcode[error.errno]}")
    else:
        print(f"{what}: done")


attempt("SCHED_FIFO", os.sched_setscheduler, 0, os.SCHED_FIFO, os.sched_param(1))
attempt("SCHED_RR", os.sched_setscheduler, 0, os.SCHED_RR, os.sched_param(1))
attempt("nice -20", os.setpriority, os.PRIO_PROCESS, 0, -20)
attempt("nice 5", os.setpriority, os.PRIO_PROCESS, 0, 5)
attempt("affinity", os.sched_setaffinity, 0, range(os.cpu_count()))
