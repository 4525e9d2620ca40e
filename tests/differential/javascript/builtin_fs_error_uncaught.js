const fs = require('fs');
function load(name) { return JSON.parse(fs.readFileSync(name)); }
load('settings.json');
