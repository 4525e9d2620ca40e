'use strict';
// The zygote lives a child's life over and over. What V8 learns and compiles on the way, and keeps where it has learned it, would otherwise be
// written by each child into memory that it shares with the zygote, and each page of that copied for it.
const fs = require('node:fs');
const Module = require('node:module');
const zygote = require('./zygote.node');
const { standIn } = require('./streams.js');

const MOST_PRINTED = 64 << 10; // bytes in a round

/** `live` runs `program`, which prints something, `rounds` times: with a pipe of ours for its output, and all that is left of it taken away. */
async function rehearse(live, program, rounds) {
  const [reader, writer] = zygote.pipe();
  const stream = standIn(writer), printed = Buffer.alloc(MOST_PRINTED);
  console._stdout = console._stderr = stream;
  for (let round = 0; round < rounds; round++) {
    delete Module._cache[program];
    live();
    // Nobody listens to these yet.
    process.emit('beforeExit', 0);
    process.emit('exit', 0);
    await new Promise((resolve) => setImmediate(resolve));
    fs.readSync(reader, printed);
    delete process.mainModule;
  }
  console._stdout = console._stderr = undefined; // asks process for its own again
  await new Promise((resolve) => stream.destroy().once('close', resolve));
  fs.closeSync(reader);
}

module.exports = { rehearse };
