// The milestones of the start are in their order and recent.
const t = performance.nodeTiming;
console.log(t.name, t.startTime, t.nodeStart >= 0, t.v8Start >= t.nodeStart, t.environment >= t.v8Start, t.bootstrapComplete >= t.environment, t.bootstrapComplete < 5000, t.loopExit, performance.getEntries().length);
console.log(performance.toJSON().timeOrigin === performance.timeOrigin);
