process.chdir('/tmp');
console.log(process.cwd(), require('path').resolve('x'));
process.chdir('/sandbox'); console.log(process.cwd());
