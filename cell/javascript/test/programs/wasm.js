const bytes = Buffer.from('0061736d0100000001070160027f7f017f030201000707010361646400000a09010700200020016a0b', 'hex');
WebAssembly.instantiate(bytes).then(({ instance }) => { let n = 0; for (let i = 0; i < 3e6; i++) n = instance.exports.add(n, 1); console.log(n); });
console.log(WebAssembly.validate(bytes), new WebAssembly.Module(bytes) instanceof WebAssembly.Module);
