/* What the command line says of the guest's address, in the words of each kind of unikernel. */
#pragma once

#include <stdint.h>

/* Host byte order; 0 when nothing is said. */
struct address {
  uint32_t own;
  uint32_t prefix;
  uint32_t gateway;
};

struct address address_of(const char *command_line);
