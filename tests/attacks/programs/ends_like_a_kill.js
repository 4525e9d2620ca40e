console.error('Killed: out of memory');
process.exitCode = 137;
