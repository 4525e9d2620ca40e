const tty = require('tty');
console.log(tty.isatty(0), tty.isatty(1), process.stdout.isTTY, process.stdin.isTTY, process.stdout.columns, process.stdout.hasColors?.(), process.stdout.getWindowSize, require('util').styleText('red', 'x', { validateStream: true }));
new tty.ReadStream(1);
