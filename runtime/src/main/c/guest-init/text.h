/* Text that ends with a NUL byte. */
#pragma once
#include <stddef.h>

static size_t length(const char *s)
{
	size_t n = 0;

	while (s[n])
		n++;
	return n;
}

static int same(const void *a, const void *b, size_t n)
{
	const char *x = a, *y = b;

	while (n--)
		if (*x++ != *y++)
			return 0;
	return 1;
}

static int holds(const char *text, size_t size, const char *word)
{
	size_t n = length(word);

	for (size_t i = 0; i + n <= size; i++)
		if (same(text + i, word, n))
			return 1;
	return 0;
}

static int is(const char *text, const char *other)
{
	size_t n = length(other);

	return length(text) == n && same(text, other, n);
}

static int ends_with(const char *text, const char *ending)
{
	size_t n = length(ending), size = length(text);

	return size >= n && same(text + size - n, ending, n);
}

/* The text after the prefix, or null when s does not begin with it. */
static char *after(char *s, const char *prefix)
{
	size_t n = length(prefix);

	for (size_t i = 0; i < n; i++)
		if (s[i] != prefix[i])
			return NULL;
	return s + n;
}

static unsigned long number(char **text)
{
	unsigned long n = 0;

	while (**text >= '0' && **text <= '9')
		n = n * 10 + (unsigned long)(*(*text)++ - '0');
	return n;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* Bytes in hexadecimal, with or without colons, until something else; the number of bytes. */
static int bytes_of(char **text, unsigned char *out, int limit)
{
	int n = 0;

	while (n < limit && hex_digit((*text)[0]) >= 0 && hex_digit((*text)[1]) >= 0) {
		out[n++] = (unsigned char)(hex_digit((*text)[0]) << 4 | hex_digit((*text)[1]));
		*text += 2;
		if (**text == ':')
			(*text)++;
	}
	return n;
}

static void skip(char **text, char c)
{
	if (**text == c)
		(*text)++;
}
