const { spawnSync } = require('child_process');
console.log(spawnSync(process.execPath, ['-e', 'process.reallyExit(6)']).status);
process.stdout.write('before\n');
process.abort();
