import('mathjs').then((m) => console.log(m.evaluate('1+2'), typeof m.create));
