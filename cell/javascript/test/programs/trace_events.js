const t = require('trace_events').createTracing({ categories: ['node.perf'] }); t.enable(); performance.mark('x'); t.disable(); console.log('traced');
