// How deep a program may go depends on the size of the stack at its start, in steps of a hundred frames.
let n = 0;
(function down() { n++; down.call.call(down); });
const measure = () => { let d = 0; const go = () => { d++; go(); }; try { go(); } catch { return d; } };
measure(); console.log(Math.round(measure() / 1000));
