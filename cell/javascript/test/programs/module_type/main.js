import fs from 'fs';
console.log(typeof fs, import.meta.url, await 5, process.argv);
console.log(new Error('x').stack);
