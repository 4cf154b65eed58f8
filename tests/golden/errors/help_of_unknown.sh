heapreel help inof
