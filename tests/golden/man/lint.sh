# mandoc finds nothing worse than matters of style in any page.
for page in '' $(heapreel man --list); do
  heapreel man "$page" >page.1
  mandoc -T lint -W warning page.1 && echo "heapreel ${page:-itself}: clean"
done
