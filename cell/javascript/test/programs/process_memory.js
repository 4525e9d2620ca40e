const m = process.memoryUsage();
console.log(Object.keys(m), m.rss > 1e7 && m.rss < 4e8, m.heapUsed < m.heapTotal, process.memoryUsage.rss() > 1e7);
const u = process.resourceUsage(); console.log(Object.keys(u), u.userCPUTime < 5e6);
console.log(process.cpuUsage().user < 5e6, process.constrainedMemory() >= 0, process.availableMemory() > 0, require('os').availableParallelism());
