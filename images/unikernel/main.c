/* A unikernel for tests: a guest without Linux in it that answers ARP, ping, UDP echo and HTTP at the address that its
 * command line names in the words of Unikraft, Rumprun, Mewz, Hermit, MirageOS or Linux. */
#include "http.h"
#include "machine.h"
#include "text.h"

void kernel_main(bool by_multiboot, uint32_t information);

static void greet(bool has_network) {
  static char line[256];
  struct text text = {line, sizeof line};
  text_add(&text, "unikernel: booted by ");
  text_add(&text, boot_protocol);
  text_add(&text, has_network ? ", at " : ", without network");
  if (has_network) text_add_address(&text, own_address.own);
  text_add(&text, "\n");
  console(line);
}

void kernel_main(bool by_multiboot, uint32_t information) {
  machine_start(by_multiboot, information);
  bool has_network = virtio_start();
  own_address = address_of(command_line);
  const char *port = text_find(command_line, "port=");
  if (port) {
    port += strlen("port=");
    http_port = (uint16_t)text_number(&port);
  }
  if (has_network) {
    virtio_mac(own_mac);
    net_announce();
  }
  greet(has_network);
  uint32_t seen = ticks;
  for (;;) {
    size_t size;
    const uint8_t *frame;
    while (has_network && (frame = virtio_receive(&size))) net_take(frame, size);
    if (ticks != seen) {
      seen = ticks;
      http_tick();
    }
    if (http_end() >= 0) machine_end((uint8_t)http_end());
    if (machine_asked_to_stop()) {
      console("unikernel: the power button was pressed\n");
      machine_end(0);
    }
    machine_idle();
  }
}
