process.emitWarning('plain'); process.emitWarning('typed', 'OwnWarning', 'OWN1'); process.emitWarning('old', 'DeprecationWarning', 'DEP_OWN'); process.emitWarning('old', 'DeprecationWarning', 'DEP_OWN');
process.emitWarning(Object.assign(new Error('as error'), { name: 'Named', detail: 'with detail' }));
process.on('warning', (w) => console.log('seen', w.name, w.message, w.code));
