# Writes to the kernel through /proc and /sys.
import errno
import glob

targets = [
    "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sys/kernel/hostname", "/proc/sys/vm/drop_caches", "/proc/sys/kernel/random/boot_id",
    "/proc/sys/net/ipv4/ip_forward", "/proc/sys/user/max_user_namespaces", "/proc/sysrq-trigger", "/proc/irq/default_smp_affinity", "/proc/bus/pci/devices", "/proc/mtrr",
    "/proc/self/uid_map", "/proc/self/gid_map", "/proc/self/setgroups", "/proc/self/loginuid", "/proc/self/attr/current", "/proc/self/clear_refs", "/proc/self/coredump_filter",
    "/sys/kernel/uevent_helper", "/sys/power/state", "/sys/kernel/mm/transparent_hugepage/enabled",
]
for target in targets:
    try:
        with open(target, "w") as file:
            file.write("0")
        print(f"{target}: written")
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EROFS, errno.ENOENT, errno.EPERM):
            print(f"{target}: {errno.errorcode[error.errno]}")
print("/sys:", glob.glob("/sys/*"))
