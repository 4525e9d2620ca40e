console.log(require('v8').getHeapStatistics().heap_size_limit > 1e8, require('v8').getHeapSpaceStatistics().length);
