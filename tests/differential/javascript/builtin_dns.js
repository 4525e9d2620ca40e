const dns = require('dns');
dns.lookup('localhost', { family: 4 }, (error, address, family) => {
  console.log(error, address, family);
  dns.lookup('example.invalid', (failure) => console.log(failure.code, failure.syscall, failure.hostname));
});
console.log(dns.getDefaultResultOrder(), require('net').isIP('::1'));
