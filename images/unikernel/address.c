#include "address.h"

#include "text.h"

/* Moves behind an address; 0 for anything else. */
static uint32_t read_address(const char **at) {
  uint32_t address = 0;
  for (int part = 0; part < 4; part++) {
    const char *begin = *at;
    uint32_t number = text_number(at);
    if (*at == begin || number > 255 || (part < 3 && *(*at)++ != '.')) return 0;
    address = address << 8 | number;
  }
  return address;
}

static uint32_t address_behind(const char *line, const char *word) {
  const char *at = text_find(line, word);
  if (!at) return 0;
  at += strlen(word);
  return read_address(&at);
}

static uint32_t bits(uint32_t mask) {
  uint32_t count = 0;
  for (; mask & 0x80000000; mask <<= 1) count++;
  return count;
}

/* `WORD=ADDRESS/PREFIX[:GATEWAY]`. */
static struct address with_prefix(const char *at) {
  struct address found = {.own = read_address(&at)};
  if (found.own && *at == '/') {
    at++;
    found.prefix = text_number(&at);
    if (*at == ':') {
      at++;
      found.gateway = read_address(&at);
    }
  }
  return found;
}

/* `ip=ADDRESS::GATEWAY:MASK:…`, the Linux kernel's. */
static struct address of_linux(const char *at) {
  struct address found = {.own = read_address(&at)};
  if (found.own && at[0] == ':' && at[1] == ':') {
    at += 2;
    found.gateway = read_address(&at);
    at += *at == ':';
    found.prefix = bits(read_address(&at));
  }
  return found;
}

struct address address_of(const char *line) {
  const char *at;
  if ((at = text_find(line, "netdev.ip="))) return with_prefix(at + 10); /* Unikraft from 0.16.1 */
  if (text_find(line, "netdev.ipv4_addr=")) {                            /* Unikraft before */
    return (struct address){
        .own = address_behind(line, "netdev.ipv4_addr="),
        .prefix = bits(address_behind(line, "netdev.ipv4_subnet_mask=")),
        .gateway = address_behind(line, "netdev.ipv4_gw_addr="),
    };
  }
  if (text_find(line, "\"addr\":\"")) { /* Rumprun */
    struct address found = {
        .own = address_behind(line, "\"addr\":\""),
        .gateway = address_behind(line, "\"gw\":\""),
    };
    const char *mask = text_find(line, "\"mask\":\"");
    if (mask) {
      mask += 8;
      found.prefix = text_number(&mask);
    }
    return found;
  }
  if ((at = text_find(line, "--ipv4="))) { /* MirageOS */
    struct address found = with_prefix(at + 7);
    found.gateway = address_behind(line, "--ipv4-gateway=");
    return found;
  }
  if ((at = text_find(line, "ip="))) { /* Mewz, Hermit, Linux */
    struct address found = with_prefix(at + 3);
    if (!found.prefix) return of_linux(at + 3);
    found.gateway = address_behind(line, "gateway=");
    return found;
  }
  return (struct address){0};
}
