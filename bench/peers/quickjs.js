'use strict';
// Runs programs in QuickJS compiled to WebAssembly, in the way its documentation recommends for speed: the module is loaded once, and each
// program gets a new runtime and context with a memory limit and a deadline.
//
// One line of JSON in, {"code": …, "library": path or absent}; one line out, {"output": …} or {"error": …}.

const { getQuickJS, shouldInterruptAfterDeadline } = require('quickjs-emscripten');
const { readFileSync } = require('node:fs');
const { createInterface } = require('node:readline');

const MEMORY_BYTES = 256 * 1024 * 1024;
const TIME_MS = 10_000;

// The library's text is read once, as a host that offers it would.
const libraries = new Map();
function library(path) {
  if (!libraries.has(path)) libraries.set(path, readFileSync(path, 'utf8'));
  return libraries.get(path);
}

function run(quickjs, request) {
  const runtime = quickjs.newRuntime();
  runtime.setMemoryLimit(MEMORY_BYTES);
  runtime.setInterruptHandler(shouldInterruptAfterDeadline(Date.now() + TIME_MS));
  const context = runtime.newContext();
  let output = '';
  try {
    const log = context.newFunction('log', (...values) => {
      output += values.map((value) => String(context.dump(value))).join(' ') + '\n';
    });
    const console = context.newObject();
    context.setProp(console, 'log', log);
    context.setProp(context.global, 'console', console);
    console.dispose();
    log.dispose();
    if (request.library) evaluate(context, library(request.library));
    evaluate(context, request.code);
    return { output };
  } catch (error) {
    return { error: String(error.message) };
  } finally {
    context.dispose();
    runtime.dispose();
  }
}

function evaluate(context, code) {
  const result = context.evalCode(code);
  if (result.error) {
    const error = context.dump(result.error);
    result.error.dispose();
    throw new Error(`${error.name}: ${error.message}`);
  }
  result.value.dispose();
}

(async () => {
  const quickjs = await getQuickJS();
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(JSON.stringify(run(quickjs, JSON.parse(line))) + '\n');
  }
})();
