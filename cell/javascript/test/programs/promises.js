(async () => {
  console.log(await Promise.all([1, Promise.resolve(2)]));
  console.log((await Promise.allSettled([Promise.reject(new Error('x'))]))[0].status);
  console.log(await Promise.race([new Promise((r) => setTimeout(r, 50, 'slow')), 'fast']));
  console.log(await Promise.any([Promise.reject(1), 2]));
})();
