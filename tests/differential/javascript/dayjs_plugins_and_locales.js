const dayjs = require('dayjs');
for (const name of ['utc', 'timezone', 'relativeTime', 'customParseFormat', 'duration', 'weekOfYear', 'advancedFormat']) dayjs.extend(require('dayjs/plugin/' + name));
console.log(dayjs.tz('2024-03-31 01:30', 'Europe/Berlin').add(1, 'hour').format(), dayjs.utc('2024-01-01').tz('Asia/Tokyo').format(), dayjs('05/04/2024', 'DD/MM/YYYY').month(), dayjs.duration(100, 'minutes').humanize(), dayjs('2024-01-01').from(dayjs('2024-01-03')), dayjs('2024-12-30').week(), dayjs('2024-05-03').format('Do'), dayjs.tz.guess());
require('dayjs/locale/de'); console.log(dayjs('2024-05-06').locale('de').format('dddd, D. MMMM'), dayjs.locale(), dayjs.duration('P1DT2H').asHours());
require('dayjs/plugin/none');
