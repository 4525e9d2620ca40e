const { StringDecoder } = require('string_decoder');
const d = new StringDecoder('utf8'); console.log([...Buffer.from('€x')].map((b) => d.write(Buffer.from([b]))), JSON.stringify(d.end(Buffer.from([0xe2]))));
console.log(new TextEncoder().encode('é'), new TextDecoder('utf-16le').decode(new Uint8Array([65, 0])), new TextDecoder('windows-1252').decode(new Uint8Array([0x80])), new TextDecoder().decode(new Uint8Array([0xff, 65])), new TextEncoder().encodeInto('abc', new Uint8Array(2)));
new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([0xff]));
