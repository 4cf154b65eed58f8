// What nearly every test includes besides.
#pragma once

#include <gtest/gtest.h>
