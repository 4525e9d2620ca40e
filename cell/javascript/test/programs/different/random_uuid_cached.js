const { randomUUID } = require('crypto'); randomUUID(); console.log(randomUUID());
