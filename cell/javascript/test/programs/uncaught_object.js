throw { some: 'object', n: 1 };
