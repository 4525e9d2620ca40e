// Spawns until it is refused.
const { spawn } = require("node:child_process");
let children = 0;
function next() {
  const child = spawn("/bin/sleep", ["60"]);
  child.on("spawn", () => { children++; next(); });
  child.on("error", (error) => {
    console.log(error.code, children < 64 ? "below 64" : `after ${children}`);
    process.exit(0);
  });
}
next();
