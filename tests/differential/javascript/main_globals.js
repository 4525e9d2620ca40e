console.log(Object.getOwnPropertyNames(globalThis).sort().join(' '));
console.log(Object.keys(globalThis), typeof window, typeof navigator, navigator.hardwareConcurrency > 0, navigator.language, typeof localStorage, globalThis.global === global, typeof require, globalThis.require);
