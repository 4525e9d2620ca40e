const text = require('fs').readFileSync('/proc/self/status', 'latin1');
console.log(text.split('\n').filter((l) => /^(SigPnd|ShdPnd|SigBlk|SigIgn|SigCgt)/.test(l)).join('\n'));
