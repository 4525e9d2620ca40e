// Loops for ever without returning to the event loop.
console.log("before");
for (;;) {}
