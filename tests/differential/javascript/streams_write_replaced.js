const write = process.stdout.write;
process.stdout.write = function (chunk, ...rest) { return write.call(this, String(chunk).toUpperCase(), ...rest); };
console.log('shouted'); console.error('quiet');
console.log = () => {}; console.log('lost'); process.stdout.write('end\n');
