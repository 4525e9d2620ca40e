console.log(Array.from({ length: 200 }, Math.random)[150]);
