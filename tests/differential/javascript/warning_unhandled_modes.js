const { spawnSync } = require('child_process');
for (const mode of ['warn', 'none', 'strict', 'warn-with-error-code']) { const r = spawnSync(process.execPath, [`--unhandled-rejections=${mode}`, '-e', 'Promise.reject(new Error("r"))']); console.log(mode, r.status, r.stderr.toString().includes('r')); }
