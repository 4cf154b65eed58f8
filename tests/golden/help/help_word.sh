heapreel help
