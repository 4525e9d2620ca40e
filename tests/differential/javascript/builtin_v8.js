const v8 = require('v8');
console.log(v8.deserialize(v8.serialize({ a: new Map([[1, new Date(0)]]), b: 10n })), v8.getHeapSpaceStatistics().length, v8.getHeapStatistics().heap_size_limit, v8.cachedDataVersionTag() === v8.cachedDataVersionTag(), v8.startupSnapshot.isBuildingSnapshot());
v8.setFlagsFromString('--expose-gc'); const gc = require('vm').runInNewContext('gc'); gc(); console.log(typeof globalThis.gc, structuredClone({ d: [new Set([1])] }), v8.getHeapCodeStatistics().code_and_metadata_size > 0);
v8.serialize(() => {});
