/* The records that urunj writes for the guest; the head of main.c lists them. */
#pragma once
#include "file.h"

#define CONF "/.urunj/guest.conf"

static char *conf;
static char *conf_end;

/* The value of the next record with this key; *at is the cursor, null to begin with. */
static char *next_value(const char *key, char **at)
{
	char *p = *at ? *at : conf;

	while (p < conf_end) {
		char *record = p;
		char *value = after(record, key);

		p += length(p) + 1;
		*at = p;
		if (value && *value == '=')
			return value + 1;
	}
	return NULL;
}

static char *value_of(const char *key)
{
	char *at = NULL;

	return next_value(key, &at);
}

static unsigned long number_of(const char *key, unsigned long otherwise)
{
	char *value = value_of(key);

	return value ? number(&value) : otherwise;
}

/* Takes the records that are in memory, unless the list is cut off. A NUL byte follows them. */
static int take_conf(char *text, size_t size)
{
	conf = text;
	conf_end = text + size;
	return size >= 13 && same(conf, "urunj=1", 8) && same(conf_end - 6, "\0end=", 6);
}

static size_t count(const char *key)
{
	char *at = NULL;
	size_t n = 0;

	while (next_value(key, &at))
		n++;
	return n;
}

/* Zeroed memory, for good. */
static void *allocate(size_t size)
{
	long memory = sys6(__NR_mmap, 0, size, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);

	if (memory < 0 && memory > -4096)
		fail("cannot prepare the program", NULL, memory);
	return (void *)memory;
}

static void read_conf(void)
{
	size_t size;
	long error;
	char *text = read_whole(CONF, &size, &error);

	if (!text)
		fail("cannot read", CONF, error);
	if (!take_conf(text, size))
		fail("not a whole list of records", CONF, 0);
	exit_port = (unsigned)number_of("exit-port", 0);
	sys3(__NR_unlinkat, AT_FDCWD, CONF, 0);
	sys3(__NR_unlinkat, AT_FDCWD, "/.urunj/init", 0);
}
