// Bounds that a slow machine keeps and the clocks of a zygote do not: it is older than half a minute by now.
console.log(performance.now() < 30000, process.uptime() < 30, Math.abs(performance.timeOrigin - Date.now()) < 30000, performance.timeOrigin + performance.now() - Date.now() < 1000);
const n = performance.nodeTiming; console.log(n.name, n.entryType, n.startTime, n.nodeStart < 30000, n.bootstrapComplete < 30000, n.loopStart, n.loopExit, performance.eventLoopUtilization());
performance.mark('a'); console.log(performance.getEntriesByName('a').length, performance.getEntries().length);
const { monitorEventLoopDelay } = require('perf_hooks'); const h = monitorEventLoopDelay({ resolution: 1 }); h.enable(); setTimeout(() => { console.log(h.count > 0); h.disable(); console.log(performance.nodeTiming.loopStart > 0); }, 30);
