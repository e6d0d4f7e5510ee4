/* A kernel for Solo5's tenders as far as urunj reads it: the notes that say for which tender it is and which devices it has,
 * laid out as Solo5's elf_abi.h and mft_abi.h say. Compiled with TARGET (1 hvt, 2 spt) and, for one with a network device,
 * NETWORK. It executes nothing. */
#include <stdint.h>

struct entry {
  char name[68];
  uint32_t type;
  uint64_t unused[4];
};

#ifdef NETWORK
#define ENTRIES 2
#else
#define ENTRIES 1
#endif

/* In two words each where a pointer's alignment would leave a gap in the note. */
struct __attribute__((packed)) manifest {
  uint32_t name_size, content_size, type;
  char name[8];
  uint32_t gap, version, entries;
  struct entry entry[ENTRIES];
};

struct target {
  uint32_t name_size, content_size, type;
  char name[8];
  uint32_t target, version, reserved[2];
};

__attribute__((section(".note.solo5.manifest"), used, aligned(4))) static const struct manifest manifest = {
    6, sizeof(struct manifest) - 20, 0x3154464d, "Solo5", 0, 1, ENTRIES,
    {{"", 1U << 30, {0}},
#ifdef NETWORK
     {"service", 2, {0}},
#endif
    }};

__attribute__((section(".note.solo5.abi"), used, aligned(4))) static const struct target target = {
    6, sizeof(struct target) - 20, 0x31494241, "Solo5", TARGET, 2, {0}};

int main(void) {
  return 0;
}
