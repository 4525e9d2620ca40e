console.log(require('lodash').random(0, 1, true), require('lodash').shuffle([...Array(50).keys()]).join());
