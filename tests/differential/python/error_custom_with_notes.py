error = ValueError("wrong", 3)
error.add_note("first note")
error.add_note("second\nof two lines")
raise error
