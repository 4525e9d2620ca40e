require('diagnostics_channel').subscribe('module.require.start', (m) => console.log('start', m.id));
require('dayjs');
process.emitWarning('careful', 'MyWarning', 'X1');
process.on('warning', (w) => console.log('warning', w.message));
new Buffer(1);
