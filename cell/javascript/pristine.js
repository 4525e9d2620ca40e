'use strict';
// A child's module system must look as if nothing had been loaded, and still have what has been loaded.
const Module = require('node:module');

/** Modules in the cache can be neither counted nor listed, but found: then they show themselves, as children of the program. */
function hideLibraries() {
  const cache = Module._cache;
  for (const filename of Object.keys(cache)) {
    const module = cache[filename];
    const show = (value) => Object.defineProperty(cache, filename, { value, writable: true, enumerable: true, configurable: true });
    Object.defineProperty(cache, filename, {
      configurable: true,
      enumerable: false,
      get() {
        if (module.parent?.filename?.startsWith('/sandbox/')) module.parent = process.mainModule;
        show(module);
        return module;
      },
      set: show,
    });
  }
  for (const key of Object.keys(Module._pathCache)) delete Module._pathCache[key];
}

/** The driver's own modules, which nobody may find. */
function hideDriver() {
  for (const filename of Object.getOwnPropertyNames(Module._cache))
    if (filename.startsWith(`${__dirname}/`)) delete Module._cache[filename];
  process.mainModule = undefined;
  delete process.mainModule;
}

module.exports = { hideLibraries, hideDriver };
