setTimeout(() => console.log(AbortSignal.timeout(1).aborted), 1);
