console.log(Math.random())
