console.log(structuredClone(new Map([[1, { a: new Date(0) }]])), new Blob(['a']).size, new AbortController().signal.aborted, btoa('x'), new URL('http://a/b?c').href, typeof navigator, navigator.hardwareConcurrency > 0);
const { port1, port2 } = new MessageChannel(); port2.on('message', (m) => { console.log(m); port2.close(); }); port1.postMessage('m');
new BroadcastChannel('b').close();
