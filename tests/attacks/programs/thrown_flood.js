throw new Error('x'.repeat(3 << 20));
