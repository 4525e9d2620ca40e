const readline = require('readline');
const rl = readline.createInterface({ input: process.stdin });
rl.on('line', (line) => console.log('line', line)).on('close', () => console.log('closed at once'));
const { Readable } = require('stream');
(async () => { for await (const line of readline.createInterface({ input: Readable.from(['a\nb', '\nc']) })) console.log(line); })();
