'use strict';
// Variables of Node.js' own closures, which the in-process inspector shows to whoever holds a function that uses them. Two arrays
// that C++ and JavaScript share are reached so, without the flag that would expose all internals to programs.
const { Session } = require('node:inspector');

const HAND = Symbol('hand');

/** The object that the variable of this name holds, seen from inside the function. */
function closureOf(func, name) {
  const session = new Session();
  session.connect();
  // With an in-process session the answer comes before post returns.
  const ask = (method, parameters) => {
    let answer;
    session.post(method, parameters, (error, result) => {
      if (error) throw new Error(`inspector: ${method}: ${error.message}`);
      answer = result;
    });
    return answer;
  };
  const properties = (objectId) => ask('Runtime.getProperties', { objectId, ownProperties: true });
  try {
    globalThis[HAND] = func;
    const { objectId } = ask('Runtime.evaluate', { expression: 'globalThis[Object.getOwnPropertySymbols(globalThis).at(-1)]' }).result;
    const scopes = properties(objectId).internalProperties.find((property) => property.name === '[[Scopes]]').value;
    for (const scope of properties(scopes.objectId).result) {
      if (!scope.value?.objectId) continue;
      const variable = properties(scope.value.objectId).result.find((property) => property.name === name);
      if (!variable?.value?.objectId) continue;
      ask('Runtime.callFunctionOn', {
        objectId,
        functionDeclaration: 'function (value) { globalThis[Object.getOwnPropertySymbols(globalThis).at(-1)] = value; }',
        arguments: [{ objectId: variable.value.objectId }],
      });
      return globalThis[HAND];
    }
    throw new Error(`Node.js ${process.version} has no variable ${name} in ${func.name || 'a getter'}: the driver was written for another version.`);
  } finally {
    delete globalThis[HAND];
    session.disconnect();
  }
}

module.exports = { closureOf };
