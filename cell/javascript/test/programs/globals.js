console.log(Object.getOwnPropertyNames(globalThis).sort().join(), Object.getOwnPropertySymbols(globalThis).map(String));
console.log(Object.keys(globalThis).join(), Reflect.ownKeys(console).map(String).join(), Object.getOwnPropertyNames(Math).length);
