throw new AggregateError([new Error('1'), new Error('2')], 'many');
