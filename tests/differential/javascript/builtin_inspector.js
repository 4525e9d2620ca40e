const inspector = require('inspector');
console.log(inspector.url(), typeof inspector.Session);
const session = new inspector.Session(); session.connect();
session.post('Runtime.evaluate', { expression: '6 * 7' }, (error, r) => console.log(error, r.result.value));
session.disconnect();
