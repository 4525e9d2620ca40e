(async () => {
  const stream = new ReadableStream({ start(c) { c.enqueue('a'); c.enqueue('b'); c.close(); } });
  const out = []; for await (const x of stream.pipeThrough(new TransformStream({ transform(x, c) { c.enqueue(x + x); } }))) out.push(x);
  console.log(out, await new Response(new Blob(['blob']).stream()).text(), new TextDecoderStream().encoding);
  const zipped = new Blob(['x'.repeat(1000)]).stream().pipeThrough(new CompressionStream('gzip')); console.log((await new Response(zipped).arrayBuffer()).byteLength < 100);
  stream.getReader();
  stream.getReader();
})();
