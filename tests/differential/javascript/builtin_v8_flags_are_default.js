// What the flags of a plain start leave visible.
console.log(process.execArgv, process.env.NODE_OPTIONS, typeof gc, typeof SharedArrayBuffer, typeof WebAssembly, process.binding === undefined);
const heap = require('v8').getHeapStatistics(); console.log(heap.heap_size_limit, heap.does_zap_garbage, heap.number_of_detached_contexts, heap.total_available_size > 1e8);
const patience = setTimeout(() => {}, 9000); process.once('SIGUSR1', () => { console.log('signal 1 is mine'); clearTimeout(patience); }); process.kill(process.pid, 'SIGUSR1');
