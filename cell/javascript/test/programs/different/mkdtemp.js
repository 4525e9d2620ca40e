console.log(require('fs').mkdtempSync('/tmp/'));
