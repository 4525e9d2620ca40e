// A write before process.exit is whole when the pipe has room for it; Node.js drops what waits for more.
process.stdout.write('y'.repeat(60_000) + '\n');
process.exit(0);
