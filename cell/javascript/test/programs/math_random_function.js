const r = Math.random;
console.log(r.name, r.length, String(r), Object.getOwnPropertyNames(r), Object.getPrototypeOf(r) === Function.prototype, r instanceof Function, r() !== r(), typeof r.prototype);
