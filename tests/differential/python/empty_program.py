# nothing at all but this comment
