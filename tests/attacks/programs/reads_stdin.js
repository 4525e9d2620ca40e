// Reads from stdin.
console.log(JSON.stringify(require("node:fs").readFileSync(0, "utf8")));
