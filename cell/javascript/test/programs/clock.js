// Whoever asks for the time or the date gets it, and from the clock of this moment: the kernel's own is in the time of a file.
const fs = require('node:fs');
const http = require('node:http');
const vm = require('node:vm');
const { Worker } = require('node:worker_threads');
const { performance } = require('node:perf_hooks');

const HOUR = 3600e3;

fs.writeFileSync('now', '');
const truth = fs.statSync('now').mtimeMs;
const near = (...times) => times.map((time) => Math.abs(time - truth) < HOUR).join(' ');
const wanted = (name) => {
  try { return require(name); } catch { return null; }
};

console.log('date', near(Date.now(), +new Date(), Date.parse(Date()), +new (vm.runInNewContext('Date'))(), vm.runInNewContext('Date.now()')));
console.log('intl', new Intl.DateTimeFormat('en-CA').format() === new Intl.DateTimeFormat('en-CA').format(Math.max(truth, Date.now())));
console.log('performance', near(performance.timeOrigin, performance.timeOrigin + performance.now(), performance.toJSON().timeOrigin),
  performance.mark('here').startTime < HOUR, performance.nodeTiming.bootstrapComplete < HOUR, process.uptime() < 3600);
console.log('libraries', near(wanted('dayjs')?.().valueOf() ?? truth, wanted('lodash')?.now() ?? truth));

// Local time is looked up, not kept.
const offset = (zone) => new Date(truth).toLocaleString('en-GB', { timeZone: zone, timeZoneName: 'longOffset' }).split('GMT')[1];
for (const zone of ['Europe/Berlin', 'America/New_York', 'UTC']) {
  process.env.TZ = zone;
  const minutes = -new Date(truth).getTimezoneOffset();
  const [, sign = '+', hours = 0, rest = 0] = /([+-])(\d\d):(\d\d)/.exec(offset(zone)) ?? [];
  console.log('zone', zone, minutes === (sign === '+' ? 1 : -1) * (hours * 60 + Number(rest)), near(+new Date()));
}

new Worker('require("node:worker_threads").parentPort.postMessage([Date.now(), performance.timeOrigin])', { eval: true })
  .once('message', (times) => {
    console.log('worker', near(...times));
    const server = http.createServer((request, response) => response.end()).listen(0, '127.0.0.1', () => {
      http.get({ port: server.address().port, host: '127.0.0.1', agent: false }, (response) => {
        console.log('http', near(Date.parse(response.headers.date)));
        response.resume();
        server.close();
      });
    });
  });
