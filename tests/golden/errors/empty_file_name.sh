heapreel info ''
