function outer() { console.trace('where %s', 'am I'); }
outer();
