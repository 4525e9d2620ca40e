console.log('x');
throw new Error('in a module');
