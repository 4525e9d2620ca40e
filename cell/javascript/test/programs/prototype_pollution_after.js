console.log({}.polluted, typeof [].map, require('lodash').evil, require('fs').evil, typeof JSON.parse, require('fs').readdirSync('/tmp'), require('fs').readdirSync('/sandbox'));
