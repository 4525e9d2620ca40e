const cluster = require('cluster');
if (cluster.isPrimary) {
  cluster.fork().on('message', (m) => console.log('from worker', m)).on('exit', (code) => console.log('worker exit', code));
  console.log(Object.keys(cluster.workers), cluster.schedulingPolicy === cluster.SCHED_RR);
} else {
  process.send({ id: cluster.worker.id }, () => process.exit(5));
}
