console.log(Object.entries(process.env).sort());
process.env.NUMBER = 5; process.env.UNDEFINED = undefined; console.log(process.env.NUMBER, process.env.UNDEFINED, 'NONE' in process.env, delete process.env.NUMBER, process.env.NUMBER, process.env.none);
console.log(require('child_process').execSync('echo $UNDEFINED$HOME').toString(), require('fs').readFileSync('/proc/self/environ', 'latin1').split('\0'));
process.env.TZ = 'Asia/Tokyo'; console.log(new Date(0).getHours(), new Date(0).toString());
process.env.A = Symbol('x');
