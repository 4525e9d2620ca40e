console.log('never shown');
function f( {
  return 1;
}
