// A timer that never stops; what was written before must come back.
console.log("before");
setInterval(() => {}, 1000);
