process.stdout.write('é'.repeat(600_000)); process.stderr.write('y'.repeat(1_100_000)); console.log('\nthe end is cut');
