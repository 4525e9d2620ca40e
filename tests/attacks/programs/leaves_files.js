// Leaves a file wherever it can.
const fs = require("node:fs");
const written = [];
for (const directory of ["/tmp", "/dev/shm", "/var/tmp", "/run", "/run/lock", "/var/cache", "/var/lib", "/home", "/root", "/sandbox", "/etc", "/usr", "/opt", "/", "/dev", "/proc", "/node_modules", "/mayfly"]) {
  try {
    fs.writeFileSync(`${directory}/left`, "left");
    written.push(directory);
  } catch {}
}
console.log(written.join(" "));
