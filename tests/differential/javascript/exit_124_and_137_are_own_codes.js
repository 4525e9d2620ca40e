process.on('exit', () => process.reallyExit(137));
process.exitCode = 124;
