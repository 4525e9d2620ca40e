function a() { b(); }
function b() { console.log(new Error('here').stack); }
a();
Error.stackTraceLimit = 100;
console.log(new Error('all').stack);
