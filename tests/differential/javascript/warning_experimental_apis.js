// An experimental feature warns once, on stderr, with the process's number in it: only the text is shown.
process.on('warning', (w) => console.log(w.name, w.message.slice(0, 60)));
process.removeAllListeners('warning'); process.on('warning', (w) => console.log('replaced', w.name));
require('node:sqlite'); require('node:sqlite');
