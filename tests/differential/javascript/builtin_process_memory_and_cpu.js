const m = process.memoryUsage();
console.log(Object.keys(m), m.rss > 2e7, m.rss < 12e7, m.heapUsed > 2e6, m.heapUsed < 2e7, m.external < 2e7, m.arrayBuffers < 1e6, m.heapTotal < 5e7);
const c = process.cpuUsage(); console.log(c.user < 3e6, c.system < 3e6, process.cpuUsage(c).user >= 0, process.memoryUsage.rss() > 2e7);
const r = process.resourceUsage(); console.log(Object.keys(r).length, r.userCPUTime < 3e6, r.maxRSS > 20000, r.maxRSS < 150000, r.ipcSent, r.signalsCount);
console.log(process.constrainedMemory() > 0, process.availableMemory() > 0, require('v8').getHeapStatistics().number_of_native_contexts, process.hrtime.bigint() > 0n);
