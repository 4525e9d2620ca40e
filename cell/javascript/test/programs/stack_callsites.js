Error.stackTraceLimit = 100;
Error.prepareStackTrace = (e, frames) => frames.map((f) => [f.getFunctionName(), f.getFileName(), f.getLineNumber(), f.getColumnNumber(), f.getTypeName(), f.isNative(), f.isEval(), f.isToplevel(), f.isConstructor(), f.isAsync(), f.getMethodName()].join());
console.log(new Error('x').stack.join('\n'));
