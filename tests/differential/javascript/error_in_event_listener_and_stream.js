const { Readable } = require('stream');
const r = new Readable({ read() { this.destroy(new Error('source broke')); } });
r.on('data', () => {});
