require('fs').closeSync(1); process.exitCode = 3; require('fs').writeSync(2, 'closed\n');
