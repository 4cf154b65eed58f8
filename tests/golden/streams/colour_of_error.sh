in_terminal 80 heapreel inof
