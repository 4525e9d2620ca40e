function inner() { throw new TypeError('thrown at the top'); }
inner();
