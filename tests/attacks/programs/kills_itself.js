// Kills itself: possible because it is not PID 1.
console.log("before");
process.kill(process.pid, "SIGKILL");
