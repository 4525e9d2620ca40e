const { execSync, spawnSync, execFileSync } = require('child_process');
console.log(execSync('echo hi').toString(), spawnSync('sh', ['-c', 'echo err >&2; exit 3']).status, spawnSync('cat', { input: 'piped' }).stdout.toString(), spawnSync('sh', ['-c', 'kill -9 $$']).signal);
console.log(spawnSync('no-such-program').error.code, spawnSync('sleep', ['5'], { timeout: 30 }).error.code, execFileSync('pwd', { cwd: '/tmp', encoding: 'utf8' }));
console.log(spawnSync('env', { env: { A: 'b' } }).stdout.toString(), execFileSync(process.execPath, ['-p', '6*7']).toString());
execSync('exit 5', { stdio: 'pipe' });
