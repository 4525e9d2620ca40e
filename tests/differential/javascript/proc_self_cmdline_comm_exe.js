const fs = require('fs');
console.log(fs.readFileSync('/proc/self/cmdline', 'latin1').split('\0'), fs.readFileSync('/proc/self/comm', 'utf8').trim(), fs.readlinkSync('/proc/self/exe'), fs.readlinkSync('/proc/self/cwd'), fs.readlinkSync('/proc/self/root'), fs.readlinkSync('/proc/self') === String(process.pid));
process.title = 'short'; console.log(process.title, fs.readFileSync('/proc/self/cmdline', 'latin1').split('\0')[0], fs.readFileSync('/proc/self/comm', 'utf8').trim());
