x = 1
print(x)

# a form feed stands above this line, and a very long name follows
a_very_long_name_indeed_that_goes_on_and_on = 2; print(a_very_long_name_indeed_that_goes_on_and_on); raise KeyError(a_very_long_name_indeed_that_goes_on_and_on)