heapreel allocators --help
