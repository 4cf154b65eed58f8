heapreel export --help
