#include "virtio.h"

#include "machine.h"
#include "pci.h"
#include "text.h"

enum {
  ACKNOWLEDGE = 1,
  DRIVER = 2,
  DRIVER_OK = 4,
  FEATURES_OK = 8,
  FEATURE_MAC = 1 << 5,
  FEATURE_VERSION_1 = 1, /* bit 32 */
  SLOTS = 64,
  PAGE = 4096,
  DEVICE_WRITES = 2,
  LEGACY_HEADER = 10,
  HEADER = 12,
};

/* Memory-mapped registers, section 4.2.2 and 4.2.4. */
enum {
  MMIO_MAGIC = 0x000,
  MMIO_VERSION = 0x004,
  MMIO_DEVICE = 0x008,
  MMIO_FEATURES = 0x010,
  MMIO_FEATURES_SELECT = 0x014,
  MMIO_DRIVER_FEATURES = 0x020,
  MMIO_DRIVER_FEATURES_SELECT = 0x024,
  MMIO_PAGE_SIZE = 0x028,
  MMIO_QUEUE_SELECT = 0x030,
  MMIO_QUEUE_SIZE = 0x038,
  MMIO_QUEUE_ALIGN = 0x03c,
  MMIO_QUEUE_PAGE = 0x040,
  MMIO_QUEUE_READY = 0x044,
  MMIO_NOTIFY = 0x050,
  MMIO_INTERRUPT_STATUS = 0x060,
  MMIO_INTERRUPT_ACKNOWLEDGE = 0x064,
  MMIO_STATUS = 0x070,
  MMIO_DESCRIPTORS = 0x080,
  MMIO_AVAILABLE = 0x090,
  MMIO_USED = 0x0a0,
  MMIO_CONFIGURATION = 0x100,
  MMIO_FOUND = 0x74726976, /* "virt" */
  NETWORK = 1,
};

enum { MICROVM_SLOTS = 24, MICROVM_STEP = 512, POLLED = 255 };
#define MICROVM_REGISTERS 0xfeb00000ull

/* Common configuration of the PCI transport, section 4.1.4.3. */
struct common {
  uint32_t features_select, features, driver_features_select, driver_features;
  uint16_t msix, queues;
  uint8_t status, generation;
  uint16_t queue_select, queue_size, queue_msix, queue_enable, queue_notify;
  uint64_t descriptors, available, used;
};

struct descriptor {
  uint64_t address;
  uint32_t length;
  uint16_t flags, next;
};

struct available {
  uint16_t flags, index, ring[SLOTS], event;
};

struct used {
  uint16_t flags, index;
  struct {
    uint32_t id, length;
  } ring[SLOTS];
  uint16_t event;
};

/* Laid out as the legacy transport wants it: the used ring begins on the next page. */
struct queue {
  struct descriptor descriptors[SLOTS];
  struct available available;
  struct used used __attribute__((aligned(PAGE)));
  uint8_t frames[SLOTS][HEADER + FRAME_SIZE];
  volatile uint16_t *notify;
  uint16_t seen;
} __attribute__((aligned(PAGE)));

static struct queue queues[2]; /* what comes, what goes */
static volatile struct common *common;
static volatile uint8_t *interrupt_status, *configuration, *registers;
static size_t header_size = HEADER;
static uint16_t sent;
static const char *transport = "none";

static uint32_t get(uint32_t offset) { return *(volatile uint32_t *)(registers + offset); }
static void set(uint32_t offset, uint32_t value) { *(volatile uint32_t *)(registers + offset) = value; }

static void take_interrupt(void) {
  if (interrupt_status) (void)*interrupt_status;
  if (registers) set(MMIO_INTERRUPT_ACKNOWLEDGE, get(MMIO_INTERRUPT_STATUS));
}

static void fill(struct queue *queue, bool device_writes) {
  for (uint16_t slot = 0; slot < SLOTS; slot++) {
    queue->descriptors[slot].address = (uint64_t)queue->frames[slot];
    queue->descriptors[slot].length = sizeof queue->frames[slot];
    queue->descriptors[slot].flags = device_writes ? DEVICE_WRITES : 0;
    queue->available.ring[slot] = slot;
  }
  if (device_writes) queue->available.index = SLOTS;
}

static bool start_pci(void) {
  struct pci_virtio found;
  if (!pci_find_virtio_network(&found)) return false;
  common = (volatile struct common *)found.common;
  interrupt_status = found.interrupt_status;
  configuration = found.device;
  transport = "PCI";
  common->status = 0;
  while (common->status) barrier();
  common->status = ACKNOWLEDGE | DRIVER;
  common->features_select = 0;
  uint32_t offered = common->features;
  common->driver_features_select = 0;
  common->driver_features = offered & FEATURE_MAC;
  common->driver_features_select = 1;
  common->driver_features = FEATURE_VERSION_1;
  common->status = ACKNOWLEDGE | DRIVER | FEATURES_OK;
  if (!(common->status & FEATURES_OK)) return false;
  for (uint16_t number = 0; number < 2; number++) {
    struct queue *queue = &queues[number];
    common->queue_select = number;
    if (common->queue_size < SLOTS) return false;
    common->queue_size = SLOTS;
    common->descriptors = (uint64_t)queue->descriptors;
    common->available = (uint64_t)&queue->available;
    common->used = (uint64_t)&queue->used;
    queue->notify = (volatile uint16_t *)(found.notify + common->queue_notify * found.notify_step);
    common->queue_enable = 1;
  }
  machine_interrupt(found.line, take_interrupt);
  common->status = ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK;
  return true;
}

static bool start_registers(uint64_t address, uint8_t line) {
  registers = (volatile uint8_t *)address;
  if (get(MMIO_MAGIC) != MMIO_FOUND || get(MMIO_DEVICE) != NETWORK) {
    registers = 0;
    return false;
  }
  bool legacy = get(MMIO_VERSION) == 1;
  configuration = registers + MMIO_CONFIGURATION;
  transport = legacy ? "MMIO, legacy" : "MMIO";
  header_size = legacy ? LEGACY_HEADER : HEADER;
  set(MMIO_STATUS, 0);
  set(MMIO_STATUS, ACKNOWLEDGE | DRIVER);
  set(MMIO_FEATURES_SELECT, 0);
  uint32_t offered = get(MMIO_FEATURES);
  set(MMIO_DRIVER_FEATURES_SELECT, 0);
  set(MMIO_DRIVER_FEATURES, offered & FEATURE_MAC);
  if (legacy) {
    set(MMIO_PAGE_SIZE, PAGE);
  } else {
    set(MMIO_DRIVER_FEATURES_SELECT, 1);
    set(MMIO_DRIVER_FEATURES, FEATURE_VERSION_1);
    set(MMIO_STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK);
    if (!(get(MMIO_STATUS) & FEATURES_OK)) return false;
  }
  for (uint32_t number = 0; number < 2; number++) {
    struct queue *queue = &queues[number];
    set(MMIO_QUEUE_SELECT, number);
    set(MMIO_QUEUE_SIZE, SLOTS);
    if (legacy) {
      set(MMIO_QUEUE_ALIGN, PAGE);
      set(MMIO_QUEUE_PAGE, (uint32_t)((uint64_t)queue / PAGE));
      continue;
    }
    /* All lies below 4 GiB, so the high halves are zero. */
    set(MMIO_DESCRIPTORS, (uint32_t)(uint64_t)queue->descriptors), set(MMIO_DESCRIPTORS + 4, 0);
    set(MMIO_AVAILABLE, (uint32_t)(uint64_t)&queue->available), set(MMIO_AVAILABLE + 4, 0);
    set(MMIO_USED, (uint32_t)(uint64_t)&queue->used), set(MMIO_USED + 4, 0);
    set(MMIO_QUEUE_READY, 1);
  }
  machine_interrupt(line, take_interrupt);
  set(MMIO_STATUS, ACKNOWLEDGE | DRIVER | DRIVER_OK | (legacy ? 0 : FEATURES_OK));
  return true;
}

static uint64_t hex(const char **at) {
  uint64_t number = 0;
  for (;; (*at)++) {
    char c = **at;
    int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (digit < 0) return number;
    number = number << 4 | (uint64_t)digit;
  }
}

/* `virtio_mmio.device=SIZE@0xADDRESS:LINE`, which Firecracker and QEMU's microvm add to the command line. */
static bool start_mmio(void) {
  const char *word = "virtio_mmio.device=";
  for (const char *at = text_find(command_line, word); at; at = text_find(at, word)) {
    at += strlen(word);
    const char *address = text_find(at, "@0x");
    if (!address) return false;
    address += 3;
    uint64_t place = hex(&address);
    address += *address == ':';
    uint8_t line = (uint8_t)text_number(&address);
    if (start_registers(place, line)) return true;
  }
  /* With ACPI or Multiboot a microvm says nothing there. Its interrupts have no line of the 8259s then. */
  for (uint64_t slot = 0; slot < MICROVM_SLOTS; slot++) {
    if (start_registers(MICROVM_REGISTERS + slot * MICROVM_STEP, POLLED)) return true;
  }
  return false;
}

static void notify(uint16_t number) {
  barrier();
  if (registers) {
    set(MMIO_NOTIFY, number);
  } else {
    *queues[number].notify = number;
  }
}

bool virtio_start(void) {
  fill(&queues[0], true);
  fill(&queues[1], false);
  if (!start_pci() && !start_mmio()) return false;
  notify(0);
  return true;
}

void virtio_mac(uint8_t mac[MAC_SIZE]) {
  for (int i = 0; i < MAC_SIZE; i++) mac[i] = configuration[i];
}

const char *virtio_transport(void) { return transport; }

const uint8_t *virtio_receive(size_t *size) {
  static int held = -1;
  struct queue *in = &queues[0];
  if (held >= 0) {
    in->available.ring[in->available.index % SLOTS] = (uint16_t)held;
    barrier();
    in->available.index++;
    held = -1;
    notify(0);
  }
  barrier();
  if (in->seen == *(volatile uint16_t *)&in->used.index) return 0;
  uint32_t id = in->used.ring[in->seen % SLOTS].id;
  uint32_t length = in->used.ring[in->seen % SLOTS].length;
  in->seen++;
  if (id >= SLOTS) return 0;
  held = (int)id;
  *size = length > header_size && length <= sizeof in->frames[0] ? length - header_size : 0;
  return in->frames[id] + header_size;
}

void virtio_send(const uint8_t *frame, size_t size) {
  struct queue *out = &queues[1];
  uint16_t waiting = (uint16_t)(sent - *(volatile uint16_t *)&out->used.index);
  if (size > FRAME_SIZE || waiting >= SLOTS) return;
  uint16_t slot = sent % SLOTS; /* the device takes frames of one queue in their order */
  memset(out->frames[slot], 0, header_size);
  memcpy(out->frames[slot] + header_size, frame, size);
  out->descriptors[slot].length = (uint32_t)(header_size + size);
  out->available.ring[slot] = slot;
  barrier();
  out->available.index = ++sent;
  notify(1);
}
