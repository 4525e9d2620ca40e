'use strict';
// The JavaScript zygote's driver: loads the tier's libraries, warms up, and hands over to the add-on, which forks (addon.c).
// Nothing of it may be visible to a program: pristine.js.
//
// How it is started, and why: /usr/bin/node --single-threaded (V8 leaves nothing to other threads) --v8-pool-size=0 (one worker, which
// threads.c ends) --disable-sigusr1 (no thread for the inspector) --no-memory-reducer (V8 would plan a collection for 100 seconds
// after the warm-up, and each child forked later would begin with it) main.js
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const util = require('node:util');
const vm = require('node:vm');
const zygote = require('./zygote.node');
const { loadLibraries, warmUp, settle } = require('./warm.js');
const { withholdStreams } = require('./streams.js');
const { closureOf } = require('./internals.js');
const { hideDriver, hideLibraries } = require('./pristine.js');

const MAIN = '/sandbox/main.js';

// A lever that a bench leaves alone (bench/levers.json).
let rehearses = true;

// Where Node.js itself calls runMain: the last line of every stack trace. A function of a script of that name, with the call at 36:49,
// bound, since a bound function leaves no line of its own.
const runMain = new vm.Script(`(Module, main) => {\n${' '.repeat(41)}Module.runMain(main);\n}`,
  { filename: 'node:internal/main/run_main_module', lineOffset: 34 }).runInThisContext();

// In the child, before the request: everything that needs neither program nor arguments.
function prepare() {
  process.chdir('/sandbox'); // it is there already; forgets what process.cwd() remembers
  Object.defineProperty(process, 'pid', { ...Object.getOwnPropertyDescriptor(process, 'pid'), value: zygote.pid() });
  // The streams are made when they are first asked for, out of descriptors that are now the program's.
  console._stdout;
  console._stderr;
  if (rehearses) rehearse();
  zygote.letOutputBlock();
}

// In the child, before the request, too: what every program does, so that the pages it writes are the child's own by then.
function rehearse() {
  console._stdout.write('');
  const module = new Module(MAIN);
  module.filename = MAIN;
  module._compile(`const { x } = { x: [1, 2, 3] };\nfunction f(n) { return n < 2 ? 1 : n * f(n - 1); }\nmodule.exports = \`\${x.map(f)}\`;`, MAIN);
  fs.readFileSync('/package.json', 'utf8');
  fs.statSync('/sandbox');
}

// In a trial child: a program as most are.
function tryOut() {
  const module = new Module(MAIN);
  module.filename = MAIN;
  module.paths = Module._nodeModulePaths('/sandbox');
  module._compile('console.log(1)', MAIN);
}

// In the child, with the program: argv and environment, as far as they are not the zygote's own.
function begin(args, environment) {
  process.argv = [process.execPath, path.resolve(args[1]), ...args.slice(2)];
  const wanted = new Map(environment.map((entry) => {
    const equals = entry.indexOf('=');
    return [entry.slice(0, equals), entry.slice(equals + 1)];
  }));
  for (const name of Object.keys(process.env)) if (!wanted.has(name)) delete process.env[name];
  for (const [name, value] of wanted) if (process.env[name] !== value) process.env[name] = value;
  /^/.exec(''); // as Node.js does, last: RegExp.$1 and the like forget what we matched
}

async function main() {
  const { modules, off = [] } = JSON.parse(zygote.configuration());
  rehearses = !off.includes('copy-ahead');
  const exitFields = closureOf(Object.getOwnPropertyDescriptor(process, 'exitCode').set, 'fields');
  const timeOrigin = Object.getOwnPropertyDescriptor(Performance.prototype, 'timeOrigin').get;
  const milestones = closureOf(closureOf(timeOrigin, 'getTimeOriginTimestamp'), 'milestones');

  const giveStreams = withholdStreams();
  await warmUp(loadLibraries(modules, zygote.grew), zygote.pipe());
  await settle();
  giveStreams();
  hideLibraries();
  hideDriver();
  process.argv = [process.execPath, MAIN];
  process.execArgv = [];
  zygote.serve({ milestones, exitFields, prepare, begin, run: runMain.bind(undefined, Module, MAIN), try: tryOut,
    copiesAhead: rehearses, hugePages: !off.includes('collapse') });
}

main().catch((error) => {
  fs.writeSync(2, `JavaScript zygote: ${util.inspect(error)}\n`);
  process.reallyExit(1);
});
