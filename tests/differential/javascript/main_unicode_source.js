const größe = 'π≈3', 名前 = { 'clé': '🐍', é: '\u{1F600}' };
console.log(größe, 名前, '🐍'.length, [...'🐍é'].length, 'ﬁ'.normalize('NFKC'), 'é' === 'é', '\ud800', 'İ'.toLowerCase().length, 'ß'.toUpperCase());
console.error('Fehler: ' + größe); process.stdout.write(Buffer.from([0xff, 0xfe, 0x41, 0x0a]));
throw new Error(`größe ${名前.é}`);
