console.log(require('crypto').randomUUID());
