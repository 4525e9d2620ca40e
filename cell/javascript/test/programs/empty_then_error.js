console.error('only errors');
