process.stdout.write('y'.repeat(60000));
process.exit(2);
