heapreel --version
