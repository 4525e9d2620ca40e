const { EventEmitter } = require('events');
class Thing extends EventEmitter {}
new Thing().emit('error', new TypeError('nobody listens'));
