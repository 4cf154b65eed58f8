heapreel pack --help
