heapreel dump --help
