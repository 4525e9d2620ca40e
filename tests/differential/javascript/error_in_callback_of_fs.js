require('fs').readFile('main.js', function done(error, data) {
  data.nothing.here();
});
