#include "text.h"

void text_add(struct text *to, const char *words) {
  for (; *words && to->left > 1; words++, to->left--) *to->at++ = *words;
  *to->at = 0;
}

void text_add_number(struct text *to, uint32_t number) {
  char digits[11];
  int at = sizeof digits - 1;
  digits[at] = 0;
  do digits[--at] = (char)('0' + number % 10);
  while (number /= 10);
  text_add(to, digits + at);
}

void text_add_hex(struct text *to, uint8_t byte) {
  const char *digits = "0123456789abcdef";
  char both[3] = {digits[byte >> 4], digits[byte & 15], 0};
  text_add(to, both);
}

/* In host byte order. */
void text_add_address(struct text *to, uint32_t address) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    text_add_number(to, address >> shift & 0xff);
    if (shift) text_add(to, ".");
  }
}

const char *text_find(const char *in, const char *word) {
  size_t length = strlen(word);
  for (; *in; in++) {
    size_t same = 0;
    while (same < length && in[same] == word[same]) same++;
    if (same == length) return in;
  }
  return 0;
}

uint32_t text_number(const char **at) {
  uint32_t number = 0;
  for (; **at >= '0' && **at <= '9'; (*at)++) number = number * 10 + (uint32_t)(**at - '0');
  return number;
}

void *memcpy(void *to, const void *from, size_t size) {
  char *out = to;
  const char *in = from;
  while (size--) *out++ = *in++;
  return to;
}

void *memset(void *to, int byte, size_t size) {
  char *out = to;
  while (size--) *out++ = (char)byte;
  return to;
}

int memcmp(const void *one, const void *other, size_t size) {
  const uint8_t *a = one, *b = other;
  for (; size; size--, a++, b++) {
    if (*a != *b) return *a - *b;
  }
  return 0;
}

size_t strlen(const char *text) {
  size_t length = 0;
  while (text[length]) length++;
  return length;
}
