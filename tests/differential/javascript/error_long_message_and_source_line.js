const big = 'x'.repeat(30), other = { property: { nested: { value: 'a rather long line that is shown whole in the error', fine: [1, 2, 3] } }, call() { return this.none.at.all; } }; other.call();
