async function a() { console.log(1); await b(); console.log(5); }
async function b() { console.log(2); await undefined; console.log(4); }
a().then(() => console.log(7)); Promise.resolve().then(() => console.log(6)).then(() => console.log(8)); console.log(3);
(async () => { for await (const x of [Promise.resolve('p'), 'q']) console.log(x); try { await { then(ok, no) { no('thenable'); } }; } catch (e) { console.log(e); } })();
