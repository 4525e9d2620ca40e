process.title = 'mine';
console.log(process.title, require('fs').readFileSync('/proc/self/comm', 'utf8'));
