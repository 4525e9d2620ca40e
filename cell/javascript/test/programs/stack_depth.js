let n = 0; function f() { n++; f(); } try { f(); } catch { console.log(n > 5000 && n < 50000); }
