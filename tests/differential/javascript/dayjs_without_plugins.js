// Nobody extended it before: what plugins add is absent.
const dayjs = require('dayjs');
console.log(dayjs.utc, dayjs.tz, dayjs.duration, dayjs().fromNow, Object.keys(dayjs.Ls), dayjs.locale());
dayjs().tz('UTC');
