import('data:text/javascript,export default 5').then((m) => console.log(m.default));
