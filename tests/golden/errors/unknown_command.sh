heapreel inof
