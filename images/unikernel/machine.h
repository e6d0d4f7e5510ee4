/* The machine below a unikernel: ports, time, the loader's words, the end. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TICKS_A_SECOND = 250, COMMAND_LINE_SIZE = 4096 };

static inline void out8(uint16_t port, uint8_t value) { __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port)); }
static inline void out16(uint16_t port, uint16_t value) { __asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port)); }
static inline void out32(uint16_t port, uint32_t value) { __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port)); }

static inline uint8_t in8(uint16_t port) {
  uint8_t value;
  __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}

static inline uint16_t in16(uint16_t port) {
  uint16_t value;
  __asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}

static inline uint32_t in32(uint16_t port) {
  uint32_t value;
  __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}

/* Keeps the compiler from moving reads and writes of shared memory over it; an x86 processor does not. */
static inline void barrier(void) { __asm__ volatile("" : : : "memory"); }

/* What the loader said. */
extern char command_line[COMMAND_LINE_SIZE];
extern const char *boot_protocol;

/* Ticks since the start. */
extern volatile uint32_t ticks;

/* Serial console, interrupt controller and timer. */
void machine_start(bool by_multiboot, uint32_t information);

/* Lets an interrupt of the machine's 16 through; `acknowledge` is called for each, so that the device takes it back. */
void machine_interrupt(uint8_t line, void (*acknowledge)(void));

/* Sleeps until the next interrupt, with interrupts off before and after. One that came since they were turned off wakes
 * it at once. */
void machine_idle(void);

/* Makes a physical address usable. */
void machine_map(uint64_t address);

/* Whether the machine's power button was pressed. */
bool machine_asked_to_stop(void);

/* Ends the machine: with the status where it has a port for that, else by power-off or reset. */
_Noreturn void machine_end(uint8_t status);

void console(const char *text);
