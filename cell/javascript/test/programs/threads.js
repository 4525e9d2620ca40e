const fs = require('fs');
console.log(fs.readdirSync('/proc/self/task').length > 1);
