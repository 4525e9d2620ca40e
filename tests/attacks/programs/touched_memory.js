// Touches a gibibyte outside the JavaScript heap.
console.log("before");
Buffer.alloc(2 ** 30, 1);
console.log("after");
