for (let i = 0; i < 3; i++) { console.log('out', i); console.error('err', i); }
process.stdout.write('no newline'); process.stderr.write('no newline either');
