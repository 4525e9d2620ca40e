for (const make of [() => new ArrayBuffer(2 ** 53), () => 'x'.repeat(2 ** 30), () => new Array(2 ** 32), () => Buffer.alloc(2 ** 53), () => new Uint8Array(-1), () => 'a'.padEnd(2 ** 31), () => new WebAssembly.Memory({ initial: 70000 })]) {
  try { make(); console.log('made'); } catch (e) { console.log(e.name, e.code, e.message); }
}
new ArrayBuffer(2 ** 50);
