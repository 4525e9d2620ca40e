console.log(require('seedrandom')()());
