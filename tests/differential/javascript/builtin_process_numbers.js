const { execSync } = require('child_process');
console.log(process.pid, process.ppid, execSync('echo $PPID').toString().trim() === String(process.pid));
const first = Number(execSync('echo $$')), second = Number(execSync('echo $$'));
console.log(second > first, first - process.pid < 40);
