const s = require('fs').readFileSync('/proc/self/status', 'utf8');
for (const n of ['SigBlk', 'SigIgn', 'ShdPnd', 'SigPnd']) console.log(n, s.match(new RegExp(n + ':\\s+(\\w+)'))[1]);
const caught = BigInt('0x' + s.match(/SigCgt:\s+(\w+)/)[1]);
console.log((caught & ~(1n << 9n)).toString(16)); // not SIGUSR1: the inspector's
