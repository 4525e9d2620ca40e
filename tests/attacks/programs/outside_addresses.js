// Connects to addresses outside: it must fail, and at once.
const net = require("node:net");
const addresses = [["8.8.8.8", 53], ["169.254.169.254", 80], ["10.0.0.1", 443], ["2001:4860:4860::8888", 53], ["fd00:ec2::254", 80]];
let left = addresses.length;
for (const [host, port] of addresses) {
  const socket = net.connect(port, host);
  socket.setTimeout(2000, () => { console.log(host, "timed out"); socket.destroy(); });
  socket.on("connect", () => { console.log(host, "reached"); socket.destroy(); });
  socket.on("error", (error) => { if (!["ENETUNREACH", "EPERM", "EACCES", "EHOSTUNREACH"].includes(error.code)) console.log(host, error.code); });
  socket.on("close", () => { if (--left === 0) console.log("nothing reached"); });
}
