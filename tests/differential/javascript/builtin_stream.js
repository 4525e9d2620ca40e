const { Readable, Transform, Writable, pipeline, PassThrough, finished } = require('stream');
const upper = new Transform({ transform(c, e, done) { done(null, String(c).toUpperCase()); }, flush(done) { this.push('!'); done(); } });
pipeline(Readable.from(['a', 'b']), upper, new Writable({ write(c, e, done) { console.log('wrote', String(c)); done(); } }), (error) => console.log('done', error));
const p = new PassThrough({ highWaterMark: 3 }); console.log(p.write('ab'), p.write('cd'), p.writableNeedDrain, p.writableLength, p.readableFlowing);
pipeline(Readable.from([1]), new Transform({ objectMode: true, transform(c, e, done) { done(new Error('broken')); } }), new PassThrough(), (error) => console.log(error.message));
(async () => { console.log(await Readable.from([1, 2, 3, 4]).filter((x) => x % 2).map((x) => x * 10).toArray()); })();
finished(new PassThrough().destroy(), (error) => console.log(error.code));
new Writable({ write() {} }).on('error', (e) => console.log(e.code)).end().write('late');
