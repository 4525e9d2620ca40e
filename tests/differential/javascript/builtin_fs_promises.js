const fs = require('fs/promises');
(async () => {
  await fs.writeFile('x', 'one\ntwo\n');
  const handle = await fs.open('x');
  for await (const line of handle.readLines()) console.log(line);
  console.log((await fs.stat('x')).isFile(), await fs.readdir('.'), (await fs.opendir('.')).path);
  await Promise.allSettled([fs.readFile('none'), fs.unlink('x')]).then((r) => console.log(r.map((x) => x.status)));
  await fs.readFile('none');
})();
