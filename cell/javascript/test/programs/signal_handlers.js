let n = 0;
for (const s of ['SIGTERM', 'SIGINT', 'SIGUSR1', 'SIGUSR2', 'SIGHUP', 'SIGCHLD'])
  process.once(s, (name, number) => { console.log(name, number); if (++n === 6) clearInterval(t); else process.kill(process.pid, list[n]); });
const list = ['SIGTERM', 'SIGINT', 'SIGUSR1', 'SIGUSR2', 'SIGHUP', 'SIGCHLD'];
const t = setInterval(() => {}, 1000);
process.kill(process.pid, list[0]);
