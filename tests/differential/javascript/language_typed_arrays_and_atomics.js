const f = new Float64Array([1.5, NaN, -0]); console.log(f, new Uint8Array(f.buffer, 0, 8), new DataView(f.buffer).getInt16(6, true), Uint8Array.from('123'), new Uint8ClampedArray([300, -5]), new BigInt64Array(1), f.subarray(1).byteOffset);
const s = new Int32Array(new SharedArrayBuffer(8)); console.log(Atomics.add(s, 0, 5), Atomics.load(s, 0), Atomics.wait(s, 1, 0, 5), Atomics.notify(s, 0), new ArrayBuffer(8, { maxByteLength: 16 }).resizable, new ArrayBuffer(4).transfer(2).byteLength, structuredClone(f).length);
new Float64Array(new ArrayBuffer(9));
