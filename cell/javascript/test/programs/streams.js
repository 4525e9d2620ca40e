const { pipeline, Transform, Readable } = require('stream');
pipeline(Readable.from(['a', 'b', 'c']), new Transform({ transform(c, e, cb) { cb(null, c.toString().toUpperCase()); } }), process.stdout, (e) => { console.log('end', e); });
