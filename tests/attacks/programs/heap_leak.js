// Fills the JavaScript heap: V8's own limit or the execution's, whichever comes first.
const kept = [];
for (;;) kept.push(new Array(1e5).fill(1));
