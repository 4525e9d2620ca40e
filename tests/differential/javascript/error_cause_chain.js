function read() { throw new RangeError('no file'); }
function load() { try { read(); } catch (cause) { throw new Error('cannot load', { cause }); } }
try { load(); } catch (cause) { throw new Error('cannot start', { cause }); }
