// Leaves a detached child behind that holds stdout open.
const { spawn } = require("node:child_process");
const child = spawn("/bin/sh", ["-c", "sleep 30; echo daemon"], { detached: true, stdio: ["ignore", "inherit", "inherit"] });
child.unref();
console.log("parent");
