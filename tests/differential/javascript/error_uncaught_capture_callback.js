process.setUncaughtExceptionCaptureCallback((e) => { console.log('captured', e.message); process.exitCode = 9; });
console.log(process.hasUncaughtExceptionCaptureCallback());
throw new Error('x');
