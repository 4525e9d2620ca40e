console.log({}.polluted, [].polluted);
Object.prototype.polluted = 1; Array.prototype.map = null; require('lodash').evil = 1; require('fs').evil = 2; JSON.parse = null; console.log({}.polluted, require('lodash').evil);
