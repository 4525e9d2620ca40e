import shlex

print(shlex.split("a 'b c' \"d \\\" e\" f\\ g # no"), shlex.quote("it's"), shlex.join(["a b", "c"]), list(shlex.shlex("x=1;y", punctuation_chars=True)))
shlex.split("an 'open quote")
