try { Buffer.alloc(2 ** 53); } catch (e) { console.log(e.code); }
try { 'x'.repeat(2 ** 30); } catch (e) { console.log(e.message); }
