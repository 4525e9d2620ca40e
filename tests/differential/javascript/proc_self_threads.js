// The threads of a plain start, by name.
const fs = require('fs');
const names = fs.readdirSync('/proc/self/task').map((t) => fs.readFileSync(`/proc/self/task/${t}/comm`, 'utf8').trim()).sort();
console.log(names);
fs.readFile(__filename, () => console.log(fs.readdirSync('/proc/self/task').length - names.length));
