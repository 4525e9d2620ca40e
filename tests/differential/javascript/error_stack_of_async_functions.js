async function a() { await b(); }
async function b() { await null; throw new Error('after an await'); }
a().catch((e) => console.log(e.stack));
setTimeout(function tick() { console.log(new Error('in a timer').stack); }, 1);
