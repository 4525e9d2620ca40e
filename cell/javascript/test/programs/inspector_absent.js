console.log(require('inspector').url());
const { Session } = require('inspector'); const s = new Session(); s.connect(); s.post('Runtime.evaluate', { expression: '6*7' }, (e, r) => { console.log(r.result.value); s.disconnect(); });
