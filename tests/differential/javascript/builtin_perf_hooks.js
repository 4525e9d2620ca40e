const { performance, PerformanceObserver, monitorEventLoopDelay, createHistogram } = require('perf_hooks');
console.log(performance.now() < 5000, Math.abs(performance.timeOrigin + performance.now() - Date.now()) < 500, Date.now() - performance.timeOrigin < 5000, performance === globalThis.performance);
const observer = new PerformanceObserver((list) => { console.log(list.getEntries().map((e) => e.name)); observer.disconnect(); });
observer.observe({ entryTypes: ['mark', 'measure'] });
performance.mark('a'); performance.measure('a to now', 'a');
console.log(performance.getEntriesByType('mark').length, performance.eventLoopUtilization().utilization <= 1, createHistogram().count);
