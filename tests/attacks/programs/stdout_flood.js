// Writes to stdout for ever.
const { writeSync } = require("node:fs");
const line = "A".repeat(10_000) + "\n";
for (;;) writeSync(1, line);
