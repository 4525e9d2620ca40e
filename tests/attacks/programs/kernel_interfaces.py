# Parts of the kernel that ordinary programs never visit.
import ctypes
import errno
import platform


libc = ctypes.CDLL(None, use_errno=True)


def syscall(number, *arguments):
    if libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments)) == -1:
        raise OSError(ctypes.get_errno(), "")


x86_64 = {
    "keyctl": 250, "add_key": 248, "request_key": 249, "bpf": 321, "perf_event_open": 298, "userfaultfd": 323, "kexec_load": 246, "kexec_file_load": 320,
    "init_module": 175, "finit_module": 313, "delete_module": 176, "reboot": 169, "swapon": 167, "swapoff": 168, "acct": 163, "quotactl": 179, "syslog": 103,
    "mincore": 27, "vhangup": 153, "fanotify_init": 300, "fanotify_mark": 301, "io_setup": 206, "io_submit": 209, "adjtimex": 159, "clock_adjtime": 305, "settimeofday": 164,
    "shmget": 29, "semget": 64, "msgget": 68, "mq_open": 240, "migrate_pages": 256, "move_pages": 279, "mbind": 237, "vmsplice": 278, "sync": 162, "seccomp": 317, "lookup_dcookie": 212,
}
aarch64 = {
    "keyctl": 219, "add_key": 217, "request_key": 218, "bpf": 280, "perf_event_open": 241, "userfaultfd": 282, "kexec_load": 104, "kexec_file_load": 294,
    "init_module": 105, "finit_module": 273, "delete_module": 106, "reboot": 142, "swapon": 224, "swapoff": 225, "acct": 89, "quotactl": 60, "syslog": 116,
    "mincore": 232, "vhangup": 58, "fanotify_init": 262, "fanotify_mark": 263, "io_setup": 0, "io_submit": 2, "adjtimex": 171, "clock_adjtime": 266, "settimeofday": 170,
    "shmget": 194, "semget": 190, "msgget": 186, "mq_open": 180, "migrate_pages": 238, "move_pages": 239, "mbind": 235, "vmsplice": 75, "sync": 81, "seccomp": 277, "lookup_dcookie": 18,
}
new = {"io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "memfd_secret": 447, "process_mrelease": 448, "quotactl_fd": 443, "cachestat": 451}
only_x86_64 = {"iopl": 172, "ioperm": 173, "modify_ldt": 154, "uselib": 134, "ustat": 136, "sysfs": 139} if platform.machine() == "x86_64" else {}
numbers = {**{"x86_64": x86_64, "aarch64": aarch64}[platform.machine()], **new, **only_x86_64}
for name, number in numbers.items():
    try:
        syscall(number, 0, 0, 0, 0, 0, 0)
        print(f"{name}: done")
    except OSError as error:
        if error.errno != errno.EPERM:
            print(f"{name}: {errno.errorcode[error.errno]}")
print(f"{len(numbers) - len(only_x86_64)} refused")
