const t = setTimeout(() => {}, 3_000_000_000); clearTimeout(t); setInterval(() => {}, -5).unref(); setTimeout(() => {}, NaN);
