// Reads what a host, a cluster or the service itself would keep secret.
const fs = require("node:fs");
const paths = [
  "/etc/shadow", "/etc/gshadow", "/root/.ssh/id_rsa", "/proc/1/root/etc/shadow", "/proc/1/environ", "/proc/1/mem",
  "/var/run/secrets/kubernetes.io/serviceaccount/token", "/run/secrets", "/var/lib/mayfly/gateway/mayfly.db", "/run/mayfly", "/run/cgroup",
  "/mayfly/mayfly-agent", "/mayfly/jailer", "/mayfly/seccomp.bpf", "/var/run/docker.sock", "/etc/mayfly", "/host",
];
for (const path of paths) {
  try {
    console.log(path, "read:", fs.readFileSync(path).subarray(0, 10));
  } catch (error) {
    if (!["ENOENT", "EACCES", "EPERM"].includes(error.code)) console.log(path, error.code);
  }
}
console.log("nothing else");
