for (const act of [() => process.setuid(0), () => process.chdir('/none'), () => process.setgroups([0]), () => process.initgroups('root', 0), () => require('fs').chownSync('main.js', 0, 0), () => require('fs').writeFileSync('/etc/passwd', ''), () => process.dlopen({ exports: {} }, '/tmp/none.node'), () => require('fs').mkdirSync('/usr/x')]) {
  try { act(); console.log('done'); } catch (e) { console.log(e.code, e.syscall); }
}
process.chdir('/tmp'); console.log(process.cwd(), require('path').resolve('x'), __dirname);
