/* The virtio network device, by PCI (1.0) or memory-mapped (legacy and 1.0): frames in and out, without offloads.
 * Source: Virtual I/O Device (VIRTIO) Version 1.2, sections 2.7, 4.1, 4.2, 5.1. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FRAME_SIZE = 9216, MAC_SIZE = 6 };

/* Finds the device and starts it. Without one there is no network. */
bool virtio_start(void);

void virtio_mac(uint8_t mac[MAC_SIZE]);

/* What the device was found by, for people. */
const char *virtio_transport(void);

/* The next frame that has come, null if there is none. It stays valid until the next call. */
const uint8_t *virtio_receive(size_t *size);

/* Sends a copy of a frame. One that finds no room is dropped, as by any network. */
void virtio_send(const uint8_t *frame, size_t size);
