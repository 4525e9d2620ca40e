'use strict';
// process.stdout and process.stderr are made once, for what their descriptors are then; and some of Node.js' own modules look at
// process.stderr when they are loaded. In the zygote they would see the agent's log.
const { Writable } = require('node:stream');

/** Both streams swallow what they get, until the function that is returned is called. */
function withholdStreams() {
  const names = ['stdout', 'stderr'];
  const own = names.map((name) => Object.getOwnPropertyDescriptor(process, name));
  const nowhere = new Writable({ write: (chunk, encoding, done) => done() });
  names.forEach((name, i) => Object.defineProperty(process, name, { ...own[i], get: () => nowhere }));
  return () => names.forEach((name, i) => Object.defineProperty(process, name, own[i]));
}

module.exports = { withholdStreams };
