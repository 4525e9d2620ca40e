console.log(performance.now() < 1000, process.uptime() < 2, Math.abs(performance.timeOrigin - Date.now()) < 2000, performance.timeOrigin + performance.now() - Date.now() < 5);
const n = performance.nodeTiming; console.log(n.name, n.entryType, n.startTime, n.nodeStart < 1000, n.bootstrapComplete < 1000, n.loopStart, n.loopExit, performance.eventLoopUtilization());
performance.mark('a'); console.log(performance.getEntriesByName('a').length, performance.getEntries().length);
const { monitorEventLoopDelay } = require('perf_hooks'); const h = monitorEventLoopDelay({ resolution: 1 }); h.enable(); setTimeout(() => { console.log(h.count > 0); h.disable(); console.log(performance.nodeTiming.loopStart > 0); }, 30);
