process.on('uncaughtExceptionMonitor', (e) => console.log('monitor', e.message));
throw new Error('seen');
