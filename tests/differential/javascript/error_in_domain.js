const domain = require('domain');
const d = domain.create();
d.on('error', (e) => console.log('domain', e.message, e.domainThrown));
d.run(() => setTimeout(() => { throw new Error('inside'); }, 1));
