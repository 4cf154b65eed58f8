// What may be shown: the locale's name decides about UTF-8, and foreign text cannot steer the terminal.
#include "tools/cli/terminal.h"

#include <cstdlib>
#include <gtest/gtest.h>

namespace heapreel::cli {
namespace {

TEST(TerminalTest, LocaleNamesThatMeanUtf8) {
  for (const char* name : {"C.UTF-8", "en_GB.UTF-8", "de_DE.utf8", "C.utf8", "ca_ES.UTF-8@valencia"})
    EXPECT_TRUE(is_utf8_locale(name)) << name;
  for (const char* name : {"", "C", "POSIX", "de_DE", "de_DE@euro", "de_DE.ISO-8859-1", "ja_JP.eucJP"})
    EXPECT_FALSE(is_utf8_locale(name)) << name;
}

TEST(TerminalTest, FirstVariableThatIsSetDecides) {
  setenv("LC_ALL", "", 1);
  setenv("LC_CTYPE", "C", 1);
  setenv("LANG", "C.UTF-8", 1);
  EXPECT_FALSE(wants_utf8());
  unsetenv("LC_CTYPE");
  EXPECT_TRUE(wants_utf8());
  setenv("LC_ALL", "POSIX", 1);
  EXPECT_FALSE(wants_utf8());
}

TEST(TerminalTest, OrdinaryTextIsShownAsItIs) {
  EXPECT_EQ(printable("./server --name 'a b'", false), "./server --name 'a b'");
  EXPECT_EQ(printable("caf\u00e9 \u20ac \U0001F600", true), "caf\u00e9 \u20ac \U0001F600");
}

TEST(TerminalTest, OneMarkForACharacterThatTheLocaleLacks) {
  EXPECT_EQ(printable("caf\u00e9 \u20ac", false), "caf? ?");
}

TEST(TerminalTest, NothingSteersTheTerminal) {
  EXPECT_EQ(printable("\x1b[2J\r\n\t\x7f", true), "?[2J????");
  EXPECT_EQ(printable("\u009b31m", true), "??31m");  // CSI as one character
}

TEST(TerminalTest, BytesThatAreNoCharacter) {
  EXPECT_EQ(printable("\xff", true), "?");
  EXPECT_EQ(printable("\xc3", true), "?");
  EXPECT_EQ(printable("\xc0\xaf", true), "??");
  EXPECT_EQ(printable("\xe0\x80\x80", true), "???");
  EXPECT_EQ(printable("\xed\xa0\x80", true), "???");
  EXPECT_EQ(printable("\xf4\x90\x80\x80", true), "????");
}

}  // namespace
}  // namespace heapreel::cli
