process.on('uncaughtException', () => { throw new Error('the handler is broken'); });
throw new Error('original');
