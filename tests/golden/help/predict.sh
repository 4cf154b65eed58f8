heapreel predict --help
