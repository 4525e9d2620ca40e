// All that a program can see of what is around it: nobody outside of a guest can look into it.
const fs = require('node:fs');
const os = require('node:os');

const STATUS = ('Uid Gid Groups Umask TracerPid SigPnd ShdPnd SigBlk SigIgn SigCgt CapInh CapPrm CapEff CapBnd CapAmb NoNewPrivs Seccomp '
  + 'Seccomp_filters').split(' ');

function read(path) {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch (failure) {
    return `<${failure.code}>`;
  }
}

const words = (text) => text.trim().split(/\s+/).join(' ');
const mode = (found) => (found.mode & 0o177777).toString(8);

function thread(number) {
  return read(`/proc/self/task/${number}/status`).split('\n')
    .map((line) => line.split(/:(.*)/s))
    .filter(([key]) => STATUS.includes(key))
    .map(([key, value]) => `${key} ${words(value)}`.trim());
}

console.log('uname', os.type(), os.hostname(), os.release(), os.version(), os.machine());
for (const path of 'version cmdline sys/kernel/osrelease sys/kernel/hostname sys/kernel/random/boot_id sys/kernel/tainted kmsg modules partitions'.split(' ')) {
  console.log('file', `/proc/${path}`, JSON.stringify(read(`/proc/${path}`)));
}
console.log('file /dev/kmsg', JSON.stringify(read('/dev/kmsg')));
for (const name of fs.readdirSync('/dev').sort()) {
  const found = fs.lstatSync(`/dev/${name}`);
  console.log('device', name, mode(found), `${found.rdev >> 8}:${found.rdev & 255}`);
}
for (const name of fs.readdirSync('/').sort()) console.log('root', name, mode(fs.lstatSync(`/${name}`)));
console.log('sys', ...fs.readdirSync('/sys').sort());
console.log('processes', fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)).length);
console.log('interfaces', ...read('/proc/net/dev').trim().split('\n').slice(2).map((line) => line.split(':')[0].trim()));
for (const line of thread(process.pid)) console.log('thread main', line);
const others = fs.readdirSync('/proc/self/task').filter((number) => number !== String(process.pid)).map((number) => thread(number).join('\n'));
for (const group of [...new Set(others)].sort()) for (const line of group.split('\n')) console.log('thread other', line);
for (const name of 'oom_score_adj personality cgroup uid_map gid_map setgroups'.split(' ')) console.log(name, words(read(`/proc/self/${name}`)));
for (const line of read('/proc/self/limits').trim().split('\n').slice(1)) console.log('limit', words(line));
for (const name of fs.readdirSync('/proc/self/ns').sort()) console.log('namespace', fs.readlinkSync(`/proc/self/ns/${name}`));
for (const number of ['0', '1', '2']) console.log('descriptor', number, fs.readlinkSync(`/proc/self/fd/${number}`));
for (const line of read('/proc/self/mountinfo').trim().split('\n')) console.log('mount', line);
for (const name of Object.keys(process.env).sort()) console.log(`environment ${name}=${process.env[name]}`);
console.log('working directory', process.cwd());
