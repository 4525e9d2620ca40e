new (require('worker_threads').Worker)('console.log(Math.random())', { eval: true });
