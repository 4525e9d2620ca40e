const dc = require('diagnostics_channel');
const channel = dc.channel('mine');
console.log(channel.hasSubscribers, dc.hasSubscribers('http.client.request.start'));
dc.subscribe('mine', (message, name) => console.log(name, message));
channel.publish({ a: 1 });
console.log(dc.tracingChannel('t').traceSync((x) => x + 1, {}, null, 1));
