console.log(process.listenerCount('SIGINT'), process.eventNames(), process.listenerCount('exit'), process.listenerCount('warning'), process.listeners('uncaughtException').length);
process.kill(process.pid, 'SIGINT');
setTimeout(() => {}, 2000);
