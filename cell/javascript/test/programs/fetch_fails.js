fetch('http://192.0.2.1/').catch((e) => console.log(e.message, e.cause && e.cause.code));
