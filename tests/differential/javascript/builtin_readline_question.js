const rl = require('readline/promises').createInterface({ input: process.stdin, output: process.stdout });
rl.on('close', () => console.log('|closed'));
rl.question('name? ').then((answer) => console.log('answer', answer));
