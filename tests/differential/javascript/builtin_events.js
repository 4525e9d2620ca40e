const { EventEmitter, once, on, errorMonitor } = require('events');
const emitter = new EventEmitter({ captureRejections: true });
emitter.on('a', (x) => console.log('first', x)).once('a', () => console.log('once')).prependListener('a', () => console.log('prepended'));
console.log(emitter.emit('a', 1), emitter.emit('a', 2), emitter.emit('none'), emitter.listenerCount('a'), emitter.eventNames(), EventEmitter.defaultMaxListeners);
once(emitter, 'later').then((v) => console.log('later', v)); emitter.emit('later', 5);
emitter.on(errorMonitor, (e) => console.log('monitored', e.message));
emitter.on('bad', async () => { throw new Error('from async'); });
emitter.emit('bad');
