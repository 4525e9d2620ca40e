require('url').parse('http://a.com:bad'); process.on('warning', (w) => console.log(w.code));
process.assert?.(true); Buffer(2); require('util')._extend({}, {}); require('timers').enroll?.({}, 1);
