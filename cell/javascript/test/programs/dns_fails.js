require('dns').lookup('example.com', (e) => console.log(e.code));
require('dns').promises.resolve4('example.com').catch((e) => console.log(e.code));
