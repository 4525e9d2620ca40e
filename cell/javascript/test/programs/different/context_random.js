console.log(require('vm').runInNewContext('Math.random()'));
