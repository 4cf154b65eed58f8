heapreel -x
