(async () => {
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, true, ['encrypt', 'decrypt']);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, Buffer.from('text'));
  console.log(Buffer.from(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, sealed)).toString(), key.algorithm, crypto.randomUUID().length);
  crypto.getRandomValues(new Float32Array(1));
})();
