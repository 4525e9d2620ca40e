// Node.js' own ways to native code and to other users.
const fs = require('node:fs');
const attempt = (what, call) => {
  try {
    call();
    console.log(`${what}: done`);
  } catch (error) {
    console.log(`${what}: ${error.code}`);
  }
};
fs.writeFileSync('/tmp/addon.node', 'no library');
attempt('addon', () => process.dlopen({ exports: {} }, '/tmp/addon.node'));
attempt('setuid', () => process.setuid(0));
attempt('setgid', () => process.setgid(0));
attempt('setgroups', () => process.setgroups([0]));
attempt('initgroups', () => process.initgroups(0, 0));
attempt('priority', () => require('node:os').setPriority(-20));
attempt('kill init', () => process.kill(1, 'SIGKILL'));
attempt('mounts', () => fs.writeFileSync('/proc/self/uid_map', '0 0 1'));
