const fs = require('fs');
fs.writeFileSync('m.mjs', 'export default import.meta.url; export const x = typeof require; export { readFileSync } from "fs"; await null; console.log(import.meta.dirname);');
(async () => {
  const m = await import('./m.mjs'); console.log(m.default, m.x, Object.keys(m)); console.log((await import('lodash')).default.chunk([1, 2, 3], 2), (await import('node:path')).sep);
  fs.writeFileSync('d.json', '{"j": 1}'); console.log((await import('./d.json', { with: { type: 'json' } })).default); await import('./none.mjs');
})();
