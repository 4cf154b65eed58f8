heapreel --vresion
