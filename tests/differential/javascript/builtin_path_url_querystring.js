const path = require('path'), url = require('url'), qs = require('querystring');
console.log(path.resolve('a', '../b'), path.parse('/x/y.tar.gz'), path.relative('/a/b', '/a/c'), path.win32.join('a', 'b'), path.normalize('/a/./b//../c'), path.posix === path, path.matchesGlob?.('a.js', '*.js'));
const u = new URL('http://ü.example:80/p?q=1&q=2#h'); console.log(u.href, u.searchParams.getAll('q'), url.fileURLToPath('file:///a%20b'), url.pathToFileURL('x y').href, URL.canParse('x'), url.parse('http://a:b@c/d').auth);
console.log(qs.parse('a=1&a=2&b=%20'), qs.stringify({ x: [1, 2], y: 'é' }), new URLSearchParams({ a: 'b c' }).toString(), url.domainToASCII('español.com'));
new URL('nope');
