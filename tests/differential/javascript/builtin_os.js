const os = require('os');
console.log(os.platform(), os.arch(), os.type(), os.hostname(), os.homedir(), os.tmpdir(), os.EOL === '\n', os.endianness(), os.cpus().length === os.availableParallelism(), os.userInfo().username, os.userInfo().shell);
console.log(Object.keys(os.networkInterfaces()), os.totalmem() > 1e8, os.uptime() > 0, os.loadavg().length, os.constants.signals.SIGTERM, os.getPriority(), os.devNull, os.machine(), os.version().length > 5);
os.setPriority(-5);
