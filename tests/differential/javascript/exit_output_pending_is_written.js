// A large write before process.exit to a pipe is written whole.
process.stdout.write('y'.repeat(300_000) + '\n');
process.exit(0);
