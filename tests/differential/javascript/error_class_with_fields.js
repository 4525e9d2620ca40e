class OwnError extends Error {
  constructor(message, extra) { super(message); this.name = 'OwnError'; this.code = 'E_OWN'; this.extra = extra; }
}
throw new OwnError('own kind', { a: [1, 2, { b: 3 }] });
