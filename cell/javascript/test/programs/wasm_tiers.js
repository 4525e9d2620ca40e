// A loop that is compiled again while it runs.
const bytes = Buffer.from('0061736d0100000001060160017f017f03020100070701036c6f6f70000a29012701027f0340200120026a210120024101 6a210220022000480d000b20010b'.replace(/ /g, ''), 'hex');
try { const i = new WebAssembly.Instance(new WebAssembly.Module(bytes)); let s = 0; for (let k = 0; k < 200; k++) s ^= i.exports.loop(100000); console.log(s); } catch (e) { console.log(e.message); }
