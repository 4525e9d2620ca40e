const { spawnSync } = require('child_process');
console.log('parent first');
spawnSync('sh', ['-c', 'echo child; echo child error >&2; cat; ls -l /proc/self/fd | grep -c pipe'], { stdio: 'inherit' });
console.log('parent last');
