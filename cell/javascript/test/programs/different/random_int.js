console.log(require('crypto').randomInt(2 ** 47));
