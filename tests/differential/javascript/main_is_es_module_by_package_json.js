require('fs').writeFileSync('package.json', '{"type": "module"}'); require('fs').writeFileSync('x.js', 'export const a = typeof require;');
import('./x.js').then((m) => console.log(m.a, module.id));
