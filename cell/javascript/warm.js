'use strict';
// What the zygote does once, so that no child has to: load, compile, and run the ordinary paths. Nothing that starts a thread (asynchronous
// file access, zlib, crypto, DNS) or that keeps random numbers for later (Math.random, crypto.randomUUID, crypto.randomInt).
const Module = require('node:module');
const v8 = require('node:v8');
const vm = require('node:vm');

// Compiled code of what has not run for a while is thrown away by the collector; here it is what we want to keep.
v8.setFlagsFromString('--no-flush-bytecode');

const BUILT_INS = ['assert', 'async_hooks', 'buffer', 'child_process', 'cluster', 'console', 'crypto', 'dgram', 'diagnostics_channel', 'dns',
  'events', 'fs', 'fs/promises', 'http', 'https', 'module', 'net', 'os', 'path', 'perf_hooks', 'process', 'querystring', 'readline',
  'stream', 'stream/promises', 'string_decoder', 'timers', 'timers/promises', 'tls', 'tty', 'url', 'util', 'v8', 'vm', 'worker_threads', 'zlib'];

// Seen from where programs are, so that they resolve and cache the same.
const requireFromProgram = Module.createRequire('/sandbox/main.js');

function loadBuiltIns() {
  for (const name of BUILT_INS) requireFromProgram(name);
}

/** The tier's libraries, by name. `grew` is told what of it a program would load itself. */
function loadLibraries(names, grew) {
  return new Map(names.map((name) => {
    const library = withoutRandomState(() => requireFromProgram(name));
    grew(true);
    return [name, library];
  }));
}

/**
 * mathjs makes a generator when it is loaded, seeded with the time: all children would draw the same numbers. While libraries load,
 * seedrandom gives out generators that seed themselves when they are first used, which is in a child.
 */
function withoutRandomState(load) {
  let filename;
  try {
    filename = Module.createRequire(requireFromProgram.resolve('mathjs')).resolve('seedrandom');
  } catch {
    return load(); // no mathjs in the image, nothing to mend
  }
  const seedrandom = requireFromProgram(filename);
  const module = Module._cache[filename];
  let loading = true;
  const lazily = function (...args) {
    if (!loading) return seedrandom.apply(this, args); // the library keeps this function, and a program may give it a seed
    let generator;
    return () => (generator ??= seedrandom())();
  };
  module.exports = Object.assign(lazily, seedrandom);
  try {
    return load();
  } finally {
    loading = false;
    module.exports = seedrandom;
  }
}

const USES = {
  lodash: (_) => _.chain([3, 1, 2]).sortBy().map((n) => n * 2).groupBy((n) => n % 4).value() && _.merge({ a: { b: 1 } }, _.cloneDeep({ a: { c: 2 } })),
  dayjs: (dayjs) => dayjs('2024-02-29').add(1, 'month').startOf('week').format('dddd, D MMMM YYYY HH:mm:ss'),
  mathjs: (math) => [
    math.evaluate('sqrt(3^2 + 4^2) * sin(pi / 4)'),
    math.evaluate('2 inch to cm').toString(),
    math.format(math.inv(math.matrix([[1, 2], [3, 4]])), { precision: 6 }),
    math.simplify('2 x + 3 x').toString(),
    math.derivative('x^2 + x', 'x').toString(),
    math.mean([1, 2, 3]) + math.std([1, 2, 3]),
    math.add(math.bignumber('0.1'), math.bignumber('0.2')).toString(),
    math.multiply(math.fraction(1, 3), math.complex(2, 3)).toString(),
    math.parse('a * b + c').compile().evaluate({ a: 1, b: 2, c: 3 }),
  ],
};

function useLanguage() {
  const fs = require('node:fs');
  const crypto = require('node:crypto');
  const zlib = require('node:zlib');
  const text = JSON.stringify({ list: [1, 2.5, 'drei', null, { deep: [true] }] });
  JSON.parse(text);
  fs.readFileSync(__filename, 'utf8').split('\n').filter((line) => /\w+/u.test(line)).map((line) => line.trim().padEnd(8));
  fs.existsSync('/sandbox/nothing');
  fs.readdirSync('/sandbox');
  crypto.createHash('sha256').update(text).digest('hex');
  zlib.gunzipSync(zlib.gzipSync(Buffer.from(text))).toString('base64');
  new URL('https://example.com/path?query=1').searchParams.get('query');
  new Date(0).toISOString() + new Date(0).toLocaleString() + (1234.5).toLocaleString();
  new Intl.DateTimeFormat('en-US').format(0);
  [...new Map([[1, new Set([2])]])].sort((a, b) => a[0] - b[0]);
  new TextDecoder().decode(new TextEncoder().encode(text));
  structuredClone({ a: [1, new Date(0)] });
  new (require('node:events'))().on('x', () => {}).once('x', () => {}).emit('x');
}

// The program's way to its output: a console on a pipe, as process.stdout is in a child. process.stdout itself is not touched: it would keep
// the zygote's descriptor.
function useConsole([reader, writer]) {
  const { Socket } = require('node:net');
  const stream = new Socket({ fd: writer, readable: false, writable: true });
  const own = new console.Console({ stdout: stream, stderr: stream });
  own.log('text', 1, { object: { deep: [1, 'two', new Map([[3, 4]])] } }, [1, 2, 3], null, undefined, true);
  own.error(new Error('text'));
  own.table([{ a: 1, b: 2 }]);
  own.log('%s %d %j', 'a', 1, {});
  return new Promise((resolve) => {
    stream.destroy().once('close', () => {
      require('node:fs').closeSync(reader);
      resolve();
    });
  });
}

/** Runs the ordinary paths of language, built-in modules and libraries. */
async function warmUp(libraries, pipe) {
  useLanguage();
  await useConsole(pipe);
  // A program's own way through the loader.
  require('./program.js');
  for (const [name, library] of libraries) USES[name]?.(library);
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setTimeout(resolve, 1));
  await new Promise((resolve) => process.nextTick(resolve));
}

/** Lets V8 finish what it has put off, and collect: otherwise each child would. */
async function settle() {
  v8.setFlagsFromString('--expose-gc');
  const collect = vm.runInNewContext('gc');
  v8.setFlagsFromString('--no-expose-gc');
  for (let round = 0; round < 3; round++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  v8.setFlagsFromString('--flush-bytecode');
}

module.exports = { loadBuiltIns, loadLibraries, warmUp, settle };
