console.log('x');
process.exit(3);
