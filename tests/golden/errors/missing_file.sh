heapreel info
