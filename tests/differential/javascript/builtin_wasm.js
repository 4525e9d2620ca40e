const bytes = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 7, 1, 96, 2, 127, 127, 1, 127, 3, 2, 1, 0, 7, 7, 1, 3, 97, 100, 100, 0, 0, 10, 9, 1, 7, 0, 32, 0, 32, 1, 106, 11]);
console.log(WebAssembly.validate(bytes));
const run = () => WebAssembly.instantiate(bytes).then(({ instance, module }) => { console.log(instance.exports.add(2, 40), WebAssembly.Module.exports(module)); const m = new WebAssembly.Memory({ initial: 1, maximum: 2 }); console.log(m.grow(1), m.buffer.byteLength); m.grow(1); });
WebAssembly.compile(new Uint8Array([1, 2])).catch((e) => console.log(e.name, e.message)).then(() => run());
