const v8 = require('v8'); const s = v8.getHeapStatistics();
console.log(s.number_of_native_contexts, s.number_of_detached_contexts, s.used_heap_size < 2e7, s.malloced_memory < 2e7, s.heap_size_limit, s.total_physical_size < 1e8, v8.getHeapSpaceStatistics().map((x) => x.space_name).join());
const { PerformanceObserver } = require('perf_hooks'); new PerformanceObserver((l) => {}).observe({ entryTypes: ['gc'] }); console.log(require('perf_hooks').constants.NODE_PERFORMANCE_GC_MAJOR, process.memoryUsage().arrayBuffers < 200_000);
