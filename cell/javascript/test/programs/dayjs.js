const d = require('dayjs'); d.extend(require('dayjs/plugin/utc'));
console.log(d.utc('2024-01-31').add(1, 'month').format(), d('2024-01-01').isBefore('2024-01-02'), d.locale());
