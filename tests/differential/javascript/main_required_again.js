console.log('running', module.id, require.main === module);
if (require.main === module) { console.log(require('./main') === module.exports); delete require.cache[__filename]; require('/sandbox/main.js'); }
