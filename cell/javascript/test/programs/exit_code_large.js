console.log('x');
process.exit(300);
