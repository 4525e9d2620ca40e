console.log('before');
/^(a+)+$/.test('a'.repeat(60) + 'b');
