/* Text and memory, for want of a C library. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* A text that grows in a buffer and is cut off at its end, always terminated. */
struct text {
  char *at;
  size_t left;
};

void text_add(struct text *to, const char *words);
void text_add_number(struct text *to, uint32_t number);
void text_add_hex(struct text *to, uint8_t byte);
void text_add_address(struct text *to, uint32_t address);

/* The first place of a word in a text, null when it is not in it. */
const char *text_find(const char *in, const char *word);

/* A decimal number; moves the pointer behind it. */
uint32_t text_number(const char **at);

void *memcpy(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *one, const void *other, size_t size);
size_t strlen(const char *text);
