#include "pci.h"

#include "machine.h"

enum {
  ADDRESS = 0xcf8,
  DATA = 0xcfc,
  VIRTIO = 0x1af4,
  NETWORK_TRANSITIONAL = 0x1000,
  NETWORK_MODERN = 0x1041,
  COMMAND = 0x04,
  FIRST_BAR = 0x10,
  CAPABILITIES = 0x34,
  LINE = 0x3c,
  MEMORY_AND_MASTER = 6,
  HAS_CAPABILITIES = 0x10,
  VENDOR_CAPABILITY = 9,
  BAR_64_BIT = 4,
  COMMON = 1,
  NOTIFY = 2,
  INTERRUPT_STATUS = 3,
  DEVICE = 4,
};

static uint32_t read32(uint32_t function, uint32_t offset) {
  out32(ADDRESS, 0x80000000 | function << 8 | (offset & 0xfc));
  return in32(DATA);
}

static uint8_t read8(uint32_t function, uint32_t offset) {
  return (uint8_t)(read32(function, offset) >> 8 * (offset & 3));
}

static volatile uint8_t *place(uint32_t function, uint8_t capability) {
  uint8_t bar = read8(function, capability + 4);
  if (bar > 5) return 0;
  uint64_t base = read32(function, FIRST_BAR + 4u * bar);
  if (base & 1) return 0; /* ports */
  if ((base & 6) == BAR_64_BIT) base |= (uint64_t)read32(function, FIRST_BAR + 4u * bar + 4) << 32;
  base &= ~15ull;
  machine_map(base);
  return (volatile uint8_t *)(base + read32(function, capability + 8u));
}

static bool read_capabilities(uint32_t function, struct pci_virtio *found) {
  if (!(read32(function, COMMAND) >> 16 & HAS_CAPABILITIES)) return false;
  uint8_t at = read8(function, CAPABILITIES) & 0xfc;
  for (int hops = 0; at && hops < 48; hops++, at = read8(function, at + 1u) & 0xfc) {
    if (read8(function, at) != VENDOR_CAPABILITY) continue;
    uint8_t kind = read8(function, at + 3u);
    volatile uint8_t **to = kind == COMMON             ? &found->common
                            : kind == NOTIFY           ? &found->notify
                            : kind == INTERRUPT_STATUS ? &found->interrupt_status
                            : kind == DEVICE           ? &found->device
                                                       : 0;
    if (!to || *to) continue; /* the first of a kind is the preferred one */
    *to = place(function, at);
    if (kind == NOTIFY) found->notify_step = read32(function, at + 16u);
  }
  return found->common && found->notify && found->interrupt_status && found->device;
}

bool pci_find_virtio_network(struct pci_virtio *found) {
  for (uint32_t device = 0; device < 32; device++) {
    uint32_t function = device << 3;
    uint32_t id = read32(function, 0);
    uint32_t product = id >> 16;
    if ((id & 0xffff) != VIRTIO || (product != NETWORK_TRANSITIONAL && product != NETWORK_MODERN)) continue;
    *found = (struct pci_virtio){0};
    out32(ADDRESS, 0x80000000 | function << 8 | COMMAND);
    out16(DATA, (uint16_t)(in16(DATA) | MEMORY_AND_MASTER));
    found->line = read8(function, LINE);
    if (read_capabilities(function, found)) return true;
  }
  return false;
}
