'use strict';
// process.stdout and process.stderr are made once, for what their descriptors are then; and some of Node.js' own modules look at
// process.stderr when they are loaded. In the zygote they would see the agent's log.
const { Socket } = require('node:net');
const { Writable } = require('node:stream');
const zygote = require('./zygote.node');

/** Both streams swallow what they get, until the function that is returned is called. */
function withholdStreams() {
  const names = ['stdout', 'stderr'];
  const own = names.map((name) => Object.getOwnPropertyDescriptor(process, name));
  const nowhere = new Writable({ write: (chunk, encoding, done) => done() });
  names.forEach((name, i) => Object.defineProperty(process, name, { ...own[i], get: () => nowhere }));
  return () => names.forEach((name, i) => Object.defineProperty(process, name, own[i]));
}

/** The streams that children have. Their descriptors are pipes, here as there; what these are pipes to they are not told. */
function makeStreams() {
  console._stdout = console._stderr = undefined; // what the warm-up has printed to; asks process for its own again
  zygote.onPipes(() => {
    console._stdout;
    console._stderr;
  });
}

/** A stream to another pipe, made as process.stdout is (lib/internal/bootstrap/switches/is_main_thread.js): V8 knows it as the same kind of object. */
function standIn(fd) {
  const stream = new Socket({ fd, readable: false, writable: true });
  stream._type = 'pipe';
  stream.fd = fd;
  stream._isStdio = true;
  stream.destroySoon = stream.destroy;
  stream._destroy = Socket.prototype._destroy;
  return stream;
}

module.exports = { withholdStreams, makeStreams, standIn };
