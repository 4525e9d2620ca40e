const fs = require('fs');
console.log(fs.readdirSync('/').sort(), fs.readdirSync('/sandbox'), fs.readdirSync('/tmp'), fs.readdirSync('/dev').sort(), fs.existsSync('/sys/kernel'), fs.readdirSync('/proc').filter((n) => /^\d+$/.test(n)).length);
console.log(fs.readFileSync('/proc/self/limits', 'latin1'), fs.readFileSync('/proc/self/oom_score_adj', 'latin1'), fs.statfsSync('/tmp').blocks * fs.statfsSync('/tmp').bsize);
