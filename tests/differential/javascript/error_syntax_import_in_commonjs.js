// A CommonJS main whose first statement is an import.
import fs from 'fs';
console.log(fs.existsSync('main.js'));
