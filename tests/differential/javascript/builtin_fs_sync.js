const fs = require('fs');
fs.mkdirSync('a/b', { recursive: true }); fs.writeFileSync('a/f.txt', 'grüße\n'); fs.appendFileSync('a/f.txt', 'two'); fs.symlinkSync('f.txt', 'a/l');
console.log(fs.readdirSync('.', { recursive: true }).sort(), fs.readFileSync('a/l', 'utf8'), fs.statSync('a/f.txt').size, fs.lstatSync('a/l').isSymbolicLink(), fs.realpathSync('a/l'), fs.existsSync('none'));
const fd = fs.openSync('a/f.txt', 'r+'); console.log(fd > 2, fs.readSync(fd, Buffer.alloc(3), 0, 3, 1), fs.ftruncateSync(fd, 2)); fs.closeSync(fd);
fs.renameSync('a/f.txt', 'g'); fs.copyFileSync('g', 'h'); fs.chmodSync('h', 0o600); console.log((fs.statSync('h').mode & 0o777).toString(8), fs.readdirSync('a', { withFileTypes: true }).map((d) => [d.name, d.isDirectory()]));
fs.rmSync('a', { recursive: true }); console.log(fs.readdirSync('.'), fs.mkdtempSync('/tmp/p-').length, fs.accessSync('g'));
for (const act of [() => fs.readFileSync('none'), () => fs.mkdirSync('g'), () => fs.rmdirSync('/usr'), () => fs.writeFileSync('/etc/x', ''), () => fs.readFileSync('/tmp'), () => fs.readSync(99, Buffer.alloc(1)), () => fs.openSync(5)]) {
  try { act(); } catch (error) { console.log(error.code, error.errno, error.syscall, error.message); }
}
