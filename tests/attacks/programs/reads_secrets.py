# Reads what a host, a cluster or the service itself would keep secret.
import errno
import os

paths = [
    "/etc/shadow", "/etc/gshadow", "/root/.ssh/id_rsa", "/root/.bash_history", "/proc/1/root/etc/shadow", "/proc/1/environ", "/proc/1/mem",
    "/var/run/secrets/kubernetes.io/serviceaccount/token", "/run/secrets", "/var/lib/mayfly/gateway/mayfly.db", "/run/mayfly", "/run/cgroup",
    "/mayfly/mayfly-agent", "/mayfly/jailer", "/mayfly/seccomp.bpf", "/var/run/docker.sock", "/run/containerd/containerd.sock",
    "/etc/mayfly", "/boot/vmlinuz", "/.dockerenv", "/host",
]
for path in paths:
    try:
        with open(path, "rb") as file:
            print(path, "read:", file.read(10))
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.EACCES, errno.EPERM):
            print(path, errno.errorcode[error.errno])
print("nothing else")
