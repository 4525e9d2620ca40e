Error.prepareStackTrace = (error, frames) => `${error.message}: ${frames.map((f) => `${f.getFunctionName()}@${f.getLineNumber()}`).slice(0, 2)}`;
function named() { return new Error('traced').stack; }
console.log(named());
Error.prepareStackTrace = undefined; Error.stackTraceLimit = 1;
(function deep() { throw new Error('one frame'); })();
