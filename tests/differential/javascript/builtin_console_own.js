const { Console } = require('console');
const { Writable } = require('stream');
let text = '';
const sink = new Writable({ write(chunk, _, done) { text += chunk; done(); } });
const mine = new Console({ stdout: sink, stderr: sink, inspectOptions: { compact: false } });
mine.log({ a: 1 }); mine.error(new RangeError('x').message);
console.log(JSON.stringify(text), console instanceof Console, Object.keys(console).length, console._stdout === process.stdout);
