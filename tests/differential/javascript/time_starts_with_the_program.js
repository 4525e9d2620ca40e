console.log(process.uptime() < 3, performance.now() < 3000, Date.now() - performance.timeOrigin < 3000, Math.abs(process.uptime() * 1000 - performance.now()) < 200, process.hrtime()[0] > 0, process.cpuUsage().user < 2e6);
const start = process.uptime(); setTimeout(() => console.log(process.uptime() - start >= 0.009, require('fs').statSync('/proc/self').ctimeMs > 1e12), 10);
