for (const code of ['x', 1.5, {}, true, null, '12', undefined]) { try { process.exitCode = code; console.log(code, process.exitCode); } catch (e) { console.log(code, e.code); } }
process.exit('abc');
