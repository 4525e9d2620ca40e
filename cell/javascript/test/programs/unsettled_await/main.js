console.log('x');
await new Promise(() => {});
