(async () => {
  try { await fetch('http://192.0.2.1/', { signal: AbortSignal.timeout(2000) }); } catch (error) { console.log(error.name, error.message, error.cause.code); }
  try { await fetch('not a url'); } catch (error) { console.log(error.name, error.message, error.cause.code); }
  console.log(await (await fetch('data:text/plain,hello')).text(), new Response('x').status, new Headers({ A: 'b' }).get('a'), new Request('http://a/b').method);
  await fetch('http://example.invalid/');
})();
