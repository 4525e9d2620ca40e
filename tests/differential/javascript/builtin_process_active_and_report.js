console.log(process.getActiveResourcesInfo().filter((x) => !/Pipe|TTY|FS/.test(x)), process._getActiveHandles().length <= 3, process._getActiveRequests().length);
const t = setTimeout(() => {}, 10); console.log(process.getActiveResourcesInfo().includes('Timeout')); clearTimeout(t);
const r = process.report.getReport(); console.log(r.header.commandLine, r.header.cwd, r.javascriptStack.message, r.header.nodejsVersion === process.version, r.workers.length, r.libuv.filter((h) => h.is_active && h.type === 'timer').length);
