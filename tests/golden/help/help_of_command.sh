heapreel help check
