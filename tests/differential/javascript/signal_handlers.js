process.on('SIGUSR2', (name, number) => { console.log(name, number); process.kill(process.pid, 'SIGTERM'); });
process.once('SIGTERM', () => { console.log('graceful'); clearInterval(keep); });
const keep = setInterval(() => {}, 1000);
process.kill(process.pid, 'SIGUSR2');
try { process.kill(process.pid, 'SIGNONE'); } catch (e) { console.log(e.code); }
try { process.kill(99999, 0); } catch (e) { console.log(e.code, process.kill(process.pid, 0)); }
