console.log('a byte order mark and carriage returns', `a
b`.length);
throw new Error('line 3');
