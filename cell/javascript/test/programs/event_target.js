const t = new EventTarget(); t.addEventListener('x', (e) => console.log(e.type, e.timeStamp < 30000)); t.dispatchEvent(new Event('x'));
require('events').once(process, 'custom').then(([v]) => console.log(v)); process.emit('custom', 5);
