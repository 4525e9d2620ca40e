function api() { const e = {}; Error.captureStackTrace(e, api); return e.stack; }
function caller() { return api(); }
console.log(caller().split('\n').slice(0, 3).join('\n'));
console.log(require('util').getCallSites?.(2).map((s) => [s.functionName, s.lineNumber]));
