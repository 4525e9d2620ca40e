'use strict';
// The JavaScript zygote's driver: loads the tier's libraries, warms up, and hands over to the add-on, which forks (addon.c).
// Nothing of it may be visible to a program: pristine.js.
//
// How it is started, and why: /usr/bin/node --single-threaded (V8 leaves nothing to other threads) --v8-pool-size=0 (one worker, which
// threads.c ends) --disable-sigusr1 (no thread for the inspector) --no-memory-reducer (V8 would plan a collection for 100 seconds
// after the warm-up, and each child forked later would begin with it) main.js
const { executionAsyncId } = require('node:async_hooks');
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const util = require('node:util');
const vm = require('node:vm');
const zygote = require('./zygote.node');
const { loadBuiltIns, loadLibraries, warmUp, settle } = require('./warm.js');
const { withholdStreams, makeStreams } = require('./streams.js');
const { rehearse } = require('./rehearsal.js');
const { closureOf } = require('./internals.js');
const { hideDriver, hideLibraries } = require('./pristine.js');

const MAIN = '/sandbox/main.js';
const REHEARSED = path.join(__dirname, 'program.js');

// In async_id_fields of lib/internal/async_hooks.js, which C++ reads, too: the last number given to something asynchronous. The main
// script is number 1.
const LAST_ASYNC_ID = 2, MAIN_ASYNC_ID = 1;

// Rounds of rehearsal: before the libraries, so that what V8 allocates for these functions lies together; until hot functions are compiled
// (rehearsal.js); and after the collection, which empties V8's caches.
const ROUNDS = { early: 50, warm: 400, last: 3 };

// Where Node.js itself calls runMain: the last line of every stack trace. A function of a script of that name, with the call at 36:49,
// bound, since a bound function leaves no line of its own.
const runMain = new vm.Script(`(Module, main) => {\n${' '.repeat(41)}Module.runMain(main);\n}`,
  { filename: 'node:internal/main/run_main_module', lineOffset: 34 }).runInThisContext();

// In the child, before the request: everything that needs neither program nor arguments.
function prepare() {
  process.chdir('/sandbox'); // it is there already; forgets what process.cwd() remembers
  Object.defineProperty(process, 'pid', { ...Object.getOwnPropertyDescriptor(process, 'pid'), value: zygote.pid() });
}

// In the child, with the program: argv, and the environment if it is not the zygote's own.
function begin(args, environment) {
  process.argv = [process.execPath, path.resolve(args[1]), ...args.slice(2)];
  if (environment) setEnvironment(environment);
  /^/.exec(''); // as Node.js does, last: RegExp.$1 and the like forget what we matched
}

function setEnvironment(environment) {
  const wanted = new Map(environment.map((entry) => {
    const equals = entry.indexOf('=');
    return [entry.slice(0, equals), entry.slice(equals + 1)];
  }));
  for (const name of Object.keys(process.env)) if (!wanted.has(name)) delete process.env[name];
  for (const [name, value] of wanted) if (process.env[name] !== value) process.env[name] = value;
}

// A child's life, in trial children and over and over in the zygote: with a program as most are. The list has the form of the add-on's.
function live() {
  prepare();
  rehearseProgram();
}

function rehearseProgram() {
  const args = new Array(2);
  args[0] = '/usr/bin/node';
  args[1] = 'main.js';
  begin(args);
  runMain(Module, REHEARSED);
}

async function main() {
  const { modules, off = [] } = JSON.parse(zygote.configuration());
  // Levers that a bench leaves alone (bench/levers.json).
  const [copiesAhead, stillHeap, hugePages] = ['copy-ahead', 'still-heap', 'collapse'].map((lever) => !off.includes(lever));
  const rehearsals = (rounds) => stillHeap ? rehearse(live, REHEARSED, rounds) : undefined;
  const exitFields = closureOf(Object.getOwnPropertyDescriptor(process, 'exitCode').set, 'fields');
  const timeOrigin = Object.getOwnPropertyDescriptor(Performance.prototype, 'timeOrigin').get;
  const milestones = closureOf(closureOf(timeOrigin, 'getTimeOriginTimestamp'), 'milestones');
  const asyncIds = closureOf(executionAsyncId, 'async_id_fields');

  const giveStreams = withholdStreams();
  zygote.grew(true);
  loadBuiltIns();
  await rehearsals(ROUNDS.early);
  zygote.grew(false);
  await warmUp(loadLibraries(modules, zygote.grew), zygote.pipe());
  giveStreams();
  asyncIds[LAST_ASYNC_ID] = MAIN_ASYNC_ID;
  makeStreams();
  const streamsAsyncId = asyncIds[LAST_ASYNC_ID];
  await rehearsals(ROUNDS.warm);
  await settle();
  await rehearsals(ROUNDS.last);
  asyncIds[LAST_ASYNC_ID] = streamsAsyncId;
  hideLibraries();
  hideDriver();
  process.argv = [process.execPath, MAIN];
  process.execArgv = [];
  zygote.serve({ milestones, exitFields, prepare, begin, run: runMain.bind(undefined, Module, MAIN), try: rehearseProgram, copiesAhead, stillHeap,
    hugePages });
}

main().catch((error) => {
  fs.writeSync(2, `JavaScript zygote: ${util.inspect(error)}\n`);
  process.reallyExit(1);
});
