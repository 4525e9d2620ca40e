console.log(new Date(0).toString(), new Date(2024, 1, 30).toISOString(), Date.UTC(2020, 0), new Date('2024-03-31T02:30').getTimezoneOffset(), new Date('x'), Date.parse('Thu, 01 Jan 1970 00:00:00 GMT+0200'), new Date(8.64e15 + 1).getTime());
console.log(new Date(1e12).toLocaleString(), new Date(1e12).toLocaleDateString('de-DE', { weekday: 'long', timeZone: 'Asia/Tokyo' }), Intl.DateTimeFormat().resolvedOptions(), Math.abs(Date.now() - new Date()) < 50, typeof Temporal);
new Date(NaN).toISOString();
