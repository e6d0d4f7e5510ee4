#include "machine.h"

#include "text.h"

enum {
  SERIAL = 0x3f8,
  TIMER = 0x40,
  TIMER_HERTZ = 1193182,
  KEYBOARD_RESET = 0xfe,
  /* Where the firmware of QEMU's PCs puts ACPI's power management. */
  POWER_EVENTS = 0x600,
  POWER_ENABLE = 0x602,
  POWER_CONTROL = 0x604,
  POWER_BUTTON = 1 << 8,
  SLEEP_OFF = 1 << 13,
  EXIT_PORT = 0x501, /* QEMU's isa-debug-exit, as urunc gives it to mewz */
  FIRST_INTERRUPT = 32,
  VECTORS = 256,
};

char command_line[COMMAND_LINE_SIZE];
const char *boot_protocol;
volatile uint32_t ticks;

static bool has_power;
static void (*acknowledge)(void);

#define LOCAL_APIC_SPURIOUS 0xfee000f0ull
#define LOCAL_APIC_LINT0 0xfee00350ull

struct frame;

struct gate {
  uint16_t low;
  uint16_t selector;
  uint8_t stack;
  uint8_t type;
  uint16_t middle;
  uint32_t high;
  uint32_t zero;
};

static struct gate gates[VECTORS];

static void end_of_interrupt(void) {
  out8(0xa0, 0x20);
  out8(0x20, 0x20);
}

__attribute__((interrupt)) static void on_tick(struct frame *frame) {
  (void)frame;
  ticks++;
  end_of_interrupt();
}

__attribute__((interrupt)) static void on_device(struct frame *frame) {
  (void)frame;
  if (acknowledge) acknowledge();
  end_of_interrupt();
}

__attribute__((interrupt)) static void on_fault(struct frame *frame) {
  (void)frame;
  console("unikernel: the processor reports a fault\n");
  machine_end(1);
}

__attribute__((interrupt)) static void on_coded_fault(struct frame *frame, uint64_t code) {
  (void)frame;
  (void)code;
  console("unikernel: the processor reports a fault\n");
  machine_end(1);
}

static void gate(int vector, void *handler) {
  uint64_t address = (uint64_t)handler;
  gates[vector] = (struct gate){
      .low = (uint16_t)address,
      .selector = 8,
      .type = 0x8e,
      .middle = (uint16_t)(address >> 16),
      .high = (uint32_t)(address >> 32),
  };
}

static void interrupts(void) {
  struct {
    uint16_t limit;
    uint64_t base;
  } __attribute__((packed)) pointer = {sizeof gates - 1, (uint64_t)gates};
  for (int vector = 0; vector < VECTORS; vector++) {
    bool coded = vector == 8 || (vector >= 10 && vector <= 14) || vector == 17;
    void *fault = coded ? (void *)on_coded_fault : (void *)on_fault;
    gate(vector, vector < FIRST_INTERRUPT ? fault : (void *)on_device);
  }
  gate(FIRST_INTERRUPT, (void *)on_tick);
  __asm__ volatile("lidt %0" : : "m"(pointer));
  /* Both 8259s: initialize, vectors, cascade on line 2, 8086 mode, all lines but the timer's masked. */
  out8(0x20, 0x11), out8(0xa0, 0x11);
  out8(0x21, FIRST_INTERRUPT), out8(0xa1, FIRST_INTERRUPT + 8);
  out8(0x21, 4), out8(0xa1, 2);
  out8(0x21, 1), out8(0xa1, 1);
  out8(0x21, 0xfa), out8(0xa1, 0xff);
  /* Not every firmware lets the 8259s reach the processor through its local APIC (virtual wire mode). */
  *(volatile uint32_t *)LOCAL_APIC_SPURIOUS = 0x1ff; /* on, vector 255 */
  *(volatile uint32_t *)LOCAL_APIC_LINT0 = 0x700;    /* the 8259's interrupts */
  out8(TIMER + 3, 0x34); /* channel 0, both bytes, again and again */
  out8(TIMER, (TIMER_HERTZ / TICKS_A_SECOND) & 0xff);
  out8(TIMER, TIMER_HERTZ / TICKS_A_SECOND >> 8);
}

/* `struct hvm_start_info` and `multiboot_info_t`: where each has the address of the command line. */
static void read_command_line(bool by_multiboot, uint32_t information) {
  uint64_t text = by_multiboot ? *(uint32_t *)(uint64_t)(information + 16) : *(uint64_t *)(uint64_t)(information + 24);
  size_t length = 0;
  if (by_multiboot && !(*(uint32_t *)(uint64_t)information & 4)) text = 0;
  while (text && length < sizeof command_line - 1 && ((const char *)text)[length]) {
    command_line[length] = ((const char *)text)[length];
    length++;
  }
}

void machine_start(bool by_multiboot, uint32_t information) {
  boot_protocol = by_multiboot ? "multiboot" : "PVH";
  read_command_line(by_multiboot, information);
  has_power = in16(POWER_EVENTS) != 0xffff;
  if (has_power) out16(POWER_ENABLE, POWER_BUTTON);
  interrupts();
}

void machine_interrupt(uint8_t line, void (*taken)(void)) {
  acknowledge = taken;
  if (line >= 16) return; /* polled at each tick */
  uint16_t port = line < 8 ? 0x21 : 0xa1;
  out8(port, (uint8_t)(in8(port) & ~(1 << (line & 7))));
}

void machine_idle(void) { __asm__ volatile("sti\n\thlt\n\tcli" : : : "memory"); }

/* What lies above 4 GiB gets pages of 1 GiB; every processor with such addresses and a PCI window up there has them. */
void machine_map(uint64_t address) {
  extern uint64_t level3[512];
  uint64_t gigabyte = address >> 30;
  if (gigabyte >= 4 && gigabyte < 512) level3[gigabyte] = gigabyte << 30 | 0x83;
}

bool machine_asked_to_stop(void) { return has_power && (in16(POWER_EVENTS) & POWER_BUTTON); }

_Noreturn void machine_end(uint8_t status) {
  /* QEMU makes an even status of nothing that is written there, so 0 is a power-off. */
  if (has_power && status == 0) {
    out16(POWER_CONTROL, SLEEP_OFF);
    for (uint32_t begin = ticks; ticks - begin < TICKS_A_SECOND;) machine_idle(); /* it takes effect a moment later */
  }
  out8(EXIT_PORT, status);
  if (has_power) out16(POWER_CONTROL, SLEEP_OFF);
  out8(0x64, KEYBOARD_RESET);
  for (;;) __asm__ volatile("cli\n\thlt");
}

void console(const char *text) {
  for (; *text; text++) {
    for (int wait = 0; wait < 10000 && !(in8(SERIAL + 5) & 0x20);) wait++;
    out8(SERIAL, (uint8_t)*text);
  }
}
