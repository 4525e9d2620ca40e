import('fs').then((m) => console.log(typeof m.readFileSync, m.default === require('fs')));
import('lodash').then((m) => console.log(m.default.VERSION, m.default === require('lodash')));
import('dayjs').then((m) => console.log(m.default(0).year()));
import('/nothing.mjs').catch((e) => console.log(e.code));
