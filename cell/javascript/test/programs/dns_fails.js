require('dns').lookup('example.com', (e) => {
  console.log(e.code);
  require('dns').promises.resolve4('example.com').catch((e2) => console.log(e2.code));
});
