/* Settings of the kernel. */
#pragma once
#include "conf.h"

/* One record "NAME VALUE". What this kernel does not have gets a line and is passed over, unless its absence
 * changes nothing: for example, a kernel without IPv6 takes no router advertisement. */
static void set_one(char *record, int needed)
{
	static const char root[] = "/proc/sys/";
	size_t used = sizeof(root) - 1;
	long n;

	memcpy(path, root, sizeof(root));
	while (*record && *record != ' ' && used < PATH_BYTES - 1)
		path[used++] = *record++;
	path[used] = 0;
	skip(&record, ' ');
	n = path[sizeof(root) - 1] == '/' ? -EINVAL : write_setting(path + sizeof(root) - 1, record);
	if (n < 0 && (needed || n != -ENOENT))
		say("cannot set", path, n);
}

/* Those of the interface, and of interfaces to come: before it is up, because a router advertisement
 * waits for nothing. */
static void set_before_link(void)
{
	char *at = NULL, *value;

	while ((value = next_value("setting", &at)))
		set_one(value, 0);
}

/* The container's and the pod's. An interface that was not there when they were set gets its own now. */
static void set_sysctls(int only_of_link)
{
	char *at = NULL, *value;

	while ((value = next_value("sysctl", &at)))
		if (!only_of_link || holds(value, length(value), "/eth0/"))
			set_one(value, 1);
}
