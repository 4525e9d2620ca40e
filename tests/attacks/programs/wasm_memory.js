// WebAssembly's memory is outside of the JavaScript heap, and counts.
console.log('before');
const held = [];
for (;;) {
  const memory = new WebAssembly.Memory({ initial: 256 });
  new Uint8Array(memory.buffer).fill(1);
  held.push(memory);
}
