/* Finds the virtio network device on the PCI bus. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Where a virtio device's structures lie, section 4.1.4. */
struct pci_virtio {
  volatile uint8_t *common, *notify, *interrupt_status, *device;
  uint32_t notify_step;
  uint8_t line; /* of the interrupt controller, as the firmware has chosen it */
};

bool pci_find_virtio_network(struct pci_virtio *found);
