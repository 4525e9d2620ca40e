console.log(typeof Symbol.dispose, typeof Symbol.asyncDispose, typeof DisposableStack);
const timer = setTimeout(() => console.log('never'), 100000); timer[Symbol.dispose]();
