try { require('./none'); } catch (e) { console.log(e.code, e.message, e.requireStack); }
try { require('express'); } catch (e) { console.log(e.code); }
for (const name of ['node:none', '', 5, './', 'lodash/none', 'fs/none']) try { require(name); console.log(name, 'found'); } catch (e) { console.log(name, e.code, e.message.split('\n')[0]); }
require('not-installed/sub');
