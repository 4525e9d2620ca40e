(async () => {
  const m = await import('fs');
  console.log(typeof m.readFileSync, m.default === require('fs'));
  const lodash = await import('lodash');
  console.log(lodash.default.VERSION, lodash.default === require('lodash'));
  console.log((await import('dayjs')).default(0).year());
  await import('/nothing.mjs').catch((e) => console.log(e.code));
})();
