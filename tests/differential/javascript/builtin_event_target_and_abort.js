const target = new EventTarget();
target.addEventListener('x', (event) => console.log(event.type, event.cancelable, event instanceof Event), { once: true });
console.log(target.dispatchEvent(new Event('x')), target.dispatchEvent(new Event('x')));
const controller = new AbortController();
controller.signal.addEventListener('abort', () => console.log(controller.signal.reason.name));
controller.abort();
const { setTimeout: wait } = require('timers/promises');
wait(1000, null, { signal: AbortSignal.timeout(5) }).catch((e) => { console.log(e.name, e.code, e.cause.name); target.dispatchEvent(new Event('y')); });
target.addEventListener('y', () => { throw new Error('in a listener'); });
