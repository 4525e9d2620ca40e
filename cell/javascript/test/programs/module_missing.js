try { require('./nothing'); } catch (e) { console.log(e.code, e.message); }
try { require('left-pad'); } catch (e) { console.log(e.code, e.message, e.requireStack); }
require('express');
