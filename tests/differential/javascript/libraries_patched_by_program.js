const _ = require('lodash'); _.chunk = () => 'patched'; Array.prototype.own = 1; JSON.stringify = () => 'patched'; require('fs').readFileSync = () => 'patched'; process.cwd = () => 'patched';
console.log(require('lodash').chunk(), [].own, JSON.stringify({}), require('fs').readFileSync('x'), process.cwd()); globalThis.Promise = null; console.log(typeof (async () => {})().then); delete globalThis.setTimeout;
setTimeout(() => {}, 1);
