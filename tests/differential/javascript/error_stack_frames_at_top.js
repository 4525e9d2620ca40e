// The whole stack of a top-level error: the module loader's frames and nothing else.
console.log(new Error('here').stack);
Error.stackTraceLimit = 50;
console.log(new Error('all').stack.split('\n').length, new Error('all').stack.split('\n').slice(1).map((l) => l.trim().replace(/:\d+:\d+\)?$/, '')).join('\n'));
