/* What confines the program: its limits, capabilities, file mode mask and user, as process of the specification has them. */
#pragma once
#include <linux/capability.h>
#include <linux/prctl.h>
#include <linux/resource.h>
#include "own-init.h"

#define NR_OPEN "/proc/sys/fs/nr_open"
#define NR_OPEN_USUAL (1024 * 1024)
#define NR_OPEN_MOST 0x7fffff80UL /* sysctl_nr_open_max of 64-bit kernels, rounded down */

/* RESOURCE SOFT HARD; no more open files than a kernel can be set to allow. */
static unsigned long read_limit(char *text, struct rlimit64 *limit)
{
	unsigned long resource = number(&text);

	skip(&text, ' ');
	limit->rlim_cur = number(&text);
	skip(&text, ' ');
	limit->rlim_max = number(&text);
	if (resource == RLIMIT_NOFILE && limit->rlim_max > NR_OPEN_MOST) {
		limit->rlim_max = NR_OPEN_MOST;
		if (limit->rlim_cur > NR_OPEN_MOST)
			limit->rlim_cur = NR_OPEN_MOST;
	}
	return resource;
}

/* A limit of open files above the kernel's own has to be allowed first, while there is /proc: proc(5), nr_open. */
static void allow_files(void)
{
	char *at = NULL, *value;

	while ((value = next_value("rlimit", &at))) {
		struct rlimit64 limit;
		struct line text = { .used = 0 };

		if (read_limit(value, &limit) == RLIMIT_NOFILE && limit.rlim_max > NR_OPEN_USUAL) {
			add_number(&text, limit.rlim_max);
			add_char(&text, 0);
			write_setting(NR_OPEN, text.text);
		}
	}
}

static void set_limits(void)
{
	char *at = NULL, *value;

	while ((value = next_value("rlimit", &at))) {
		struct rlimit64 limit;
		unsigned long resource = read_limit(value, &limit);
		long error = sys4(__NR_prlimit64, 0, resource, &limit, 0);

		if (error)
			fail("cannot set the limit (number, soft, hard)", value, error);
	}
}

/*
 * Five sets as numbers: bounding, effective, permitted, inheritable, ambient; capabilities(7). An init that sets its machine
 * up by itself mounts and configures, so it keeps all, as on the bare kernel.
 */
static int read_sets(uint64_t *sets)
{
	char *text = value_of("capabilities");

	if (own_init)
		return 0;
	for (int i = 0; text && i < 5; i++) {
		sets[i] = number(&text);
		skip(&text, ' ');
	}
	return text != NULL;
}

static void bound_capabilities(uint64_t bounding)
{
	for (long n = 0; n < 64 && sys5(__NR_prctl, PR_CAPBSET_READ, n, 0, 0, 0) >= 0; n++)
		if (!(bounding >> n & 1)) {
			long error = sys5(__NR_prctl, PR_CAPBSET_DROP, n, 0, 0, 0);

			if (error)
				fail("cannot drop a capability", NULL, error);
		}
}

static void set_capabilities(const uint64_t *sets)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];
	long error;

	for (int half = 0; half < 2; half++) {
		data[half].effective = (uint32_t)(sets[1] >> 32 * half);
		data[half].permitted = (uint32_t)(sets[2] >> 32 * half);
		data[half].inheritable = (uint32_t)(sets[3] >> 32 * half);
	}
	error = sys2(__NR_capset, &header, data);
	if (error)
		fail("cannot set the capabilities", NULL, error);
	for (long n = 0; n < 64; n++)
		if (sets[4] >> n & 1)
			sys5(__NR_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, n, 0, 0);
}

/*
 * The standard streams become the user's, as the low-level runtimes do: /dev/stdout and its kin are opened anew, by the
 * mode of what they lead to. /dev/null stays root's.
 */
static void give_streams(uint32_t uid)
{
	struct statx s;

	if (!uid)
		return;
	for (long fd = 0; fd < 3; fd++)
		if (sys5(__NR_statx, fd, "", AT_EMPTY_PATH, STATX_TYPE, &s) == 0 &&
		    !(s.stx_rdev_major == 1 && s.stx_rdev_minor == 3))
			sys3(__NR_fchown, fd, uid, -1);
	sys5(__NR_fchownat, AT_FDCWD, "/dev/console", uid, -1, 0);
}

static long set_groups(void)
{
	size_t size = (count("group") + 1) * sizeof(uint32_t);
	uint32_t *groups = allocate(size);
	char *at = NULL, *value;
	size_t n = 0;

	while ((value = next_value("group", &at)))
		groups[n++] = (uint32_t)number(&value);
	return sys2(__NR_setgroups, n, groups);
}

static void become_user(void)
{
	uint32_t uid = (uint32_t)number_of("uid", 0), gid = (uint32_t)number_of("gid", 0);
	uint64_t sets[5];
	int limited = read_sets(sets);
	long error;

	if (limited)
		bound_capabilities(sets[0]);
	error = set_groups();
	if (!error && limited)
		error = sys5(__NR_prctl, PR_SET_KEEPCAPS, 1, 0, 0, 0);
	if (!error && gid)
		error = sys1(__NR_setgid, gid);
	if (!error && uid)
		error = sys1(__NR_setuid, uid);
	if (error)
		fail("cannot become the user", value_of("uid"), error);
	if (limited)
		set_capabilities(sets);
}

static void confine(void)
{
	long error;

	set_limits();
	sys1(__NR_umask, number_of("umask", 022));
	give_streams((uint32_t)number_of("uid", 0)); /* before the root, where the console lies, is read-only */
	if (value_of("read-only")) {
		error = sys5(__NR_mount, 0, "/", 0, MS_REMOUNT | MS_BIND | MS_RDONLY, 0);
		if (error)
			fail("cannot make the root read-only", NULL, error);
	}
	become_user();
	if (value_of("no-new-privileges"))
		sys5(__NR_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}
