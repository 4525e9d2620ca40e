console.log(process.eventNames(), process.listenerCount('exit'), process.getMaxListeners(), process.domain, process._events && Object.keys(process._events));
console.log(process.getActiveResourcesInfo());
console.log(process._getActiveHandles().length, process._getActiveRequests().length);
console.log(process.hasUncaughtExceptionCaptureCallback());
