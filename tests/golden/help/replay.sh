heapreel replay --help
