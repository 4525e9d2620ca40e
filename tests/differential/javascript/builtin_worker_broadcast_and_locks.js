const { Worker, BroadcastChannel, setEnvironmentData } = require('worker_threads');
setEnvironmentData('k', 'v');
const channel = new BroadcastChannel('c');
channel.onmessage = (e) => { console.log('broadcast', e.data); channel.close(); structuredClone(() => {}); };
new Worker('const w = require("worker_threads"); const c = new w.BroadcastChannel("c"); c.postMessage(w.getEnvironmentData("k")); c.close();', { eval: true });
const copy = structuredClone({ x: new Uint8Array(2).buffer }); console.log(copy);
