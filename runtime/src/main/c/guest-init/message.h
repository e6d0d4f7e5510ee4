/* Messages on the console, and the end of the machine. */
#pragma once
#include <asm/ioctls.h>
#include <linux/reboot.h>
#include "system.h"
#include "text.h"

#define STATUS_SETUP 125
#define STATUS_EXEC 127

static unsigned exit_port;
static int supervised; /* this is the child that becomes the program; its parent ends the machine */

struct line {
	char text[400];
	size_t used;
};

static void add_char(struct line *l, char c)
{
	if (l->used < sizeof(l->text) - 1)
		l->text[l->used++] = c;
}

/* Control characters become '?', at most 80 bytes: the value may come from anywhere. */
static void add(struct line *l, const char *s)
{
	for (int i = 0; s[i] && i < 80; i++)
		add_char(l, (unsigned char)s[i] < ' ' || s[i] == 127 ? '?' : s[i]);
}

static void add_number(struct line *l, unsigned long n)
{
	char digits[21];
	int at = 20;

	digits[at] = 0;
	do
		digits[--at] = (char)('0' + n % 10);
	while (n /= 10);
	add(l, digits + at);
}

static const char *error_text(long error)
{
	switch (error) {
	case EPERM:
		return "not permitted";
	case ENOENT:
		return "no such file or directory";
	case ENXIO:
	case ENODEV:
		return "no such device";
	case E2BIG:
		return "arguments and environment are too long";
	case ENOEXEC:
		return "not a program of this machine";
	case ENOMEM:
		return "out of memory";
	case EACCES:
		return "permission denied";
	case ENOTDIR:
		return "not a directory";
	case EISDIR:
		return "is a directory";
	case EINVAL:
		return "invalid argument";
	case ELOOP:
		return "too many symbolic links";
	case ENETUNREACH:
		return "network is unreachable";
	default:
		return NULL;
	}
}

/* One line on the console: "urunj-init: what: value: error". value may be null, error 0. */
static void say(const char *what, const char *value, long error)
{
	struct line l = { .used = 0 };

	if (error < 0)
		error = -error;
	add(&l, "urunj-init: ");
	while (*what) /* our own words, whole */
		add_char(&l, *what++);
	if (value) {
		add(&l, ": ");
		add(&l, value);
	}
	if (error) {
		add(&l, ": ");
		if (error_text(error)) {
			add(&l, error_text(error));
		} else {
			add(&l, "errno ");
			add_number(&l, (unsigned long)error);
		}
	}
	l.text[l.used++] = '\n';
	sys3(__NR_write, 2, l.text, l.used);
}

__attribute__((noreturn)) static void end(int status)
{
	if (supervised)
		sys1(__NR_exit_group, status);
	sys3(__NR_ioctl, 2, TCSBRK, 1); /* tcdrain(3): the line must leave before the machine does */
#if defined(__x86_64__)
	if (status && exit_port && sys3(__NR_ioperm, exit_port, 2, 1) == 0)
		__asm__ volatile("outw %0, %1" ::"a"((uint16_t)(status >> 1)), "Nd"((uint16_t)exit_port));
#else
	(void)status;
#endif
	sys4(__NR_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_POWER_OFF, 0);
	for (;;)
		sys1(__NR_exit, 1); /* the kernel panics, panic=-1 reboots, the monitor ends */
}

__attribute__((noreturn)) static void fail(const char *what, const char *value, long error)
{
	say(what, value, error);
	end(STATUS_SETUP);
}
