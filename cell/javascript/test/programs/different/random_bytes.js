console.log(require('crypto').randomBytes(16).toString('hex'));
