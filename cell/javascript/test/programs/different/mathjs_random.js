console.log(require('mathjs').random());
