/* The image's own program: its words, user, directory and execution. */
#pragma once
#include "conf.h"

#define DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/* A null-terminated vector of the values, in their order. */
static char **vector(const char *key)
{
	size_t size = (count(key) + 2) * sizeof(char *); /* one to spare, for HOME */
	char **all = allocate(size);
	char *at = NULL, *value;
	size_t n = 0;

	while ((value = next_value(key, &at)))
		all[n++] = value;
	return all;
}

/* The sixth field of the passwd(5) line whose third field is this uid; "/" if there is none. */
static char *home_of(unsigned long uid)
{
	static char root[] = "/";
	size_t size;
	long error;
	char *p = read_whole("/etc/passwd", &size, &error);

	while (p && *p) {
		char *fields[7] = { p };
		int n = 1;

		for (; *p && *p != '\n'; p++)
			if (*p == ':' && n < 7) {
				*p = 0;
				fields[n++] = p + 1;
			}
		if (*p)
			*p++ = 0;
		if (n == 7 && *fields[2] && *fields[5] == '/') {
			char *id = fields[2];

			if (number(&id) == uid && !*id)
				return fields[5];
		}
	}
	return root;
}

/* As the low-level runtimes do: a program may count on HOME. */
static void add_home(char **envp)
{
	static char entry[PATH_BYTES];
	char *home;
	size_t size;

	for (; *envp; envp++)
		if (after(*envp, "HOME="))
			return;
	home = home_of(number_of("uid", 0));
	size = length(home) + 1;
	if (size <= sizeof(entry) - 5) {
		memcpy(entry, "HOME=", 5);
		memcpy(entry + 5, home, size);
		*envp = entry;
	}
}

static void enter_directory(void)
{
	static char root[] = "/";
	char *cwd = value_of("cwd");
	long error;

	if (!cwd || !*cwd)
		cwd = root;
	error = sys1(__NR_chdir, cwd);
	if (error == -ENOENT) {
		make_parents(cwd);
		make_directory(cwd);
		error = sys1(__NR_chdir, cwd);
	}
	if (error)
		fail("cannot enter the working directory", cwd, error);
}

/* execvp(3): ENOENT and ENOTDIR go on with the next directory, EACCES is remembered. */
static long execute(char **argv, char **envp)
{
	const char *dirs = DEFAULT_PATH;
	size_t name = length(argv[0]);
	long error = -ENOENT, last;

	for (char *p = argv[0]; *p; p++)
		if (*p == '/')
			return sys3(__NR_execve, argv[0], argv, envp);
	for (char **e = envp; *e; e++)
		if (after(*e, "PATH="))
			dirs = *e + 5;
	while (name) {
		size_t n = 0;

		while (dirs[n] && dirs[n] != ':')
			n++;
		if (n + name + 2 <= sizeof(path)) {
			memcpy(path, dirs, n);
			path[n] = '/';
			memcpy(path + n + (n > 0), argv[0], name + 1);
			last = sys3(__NR_execve, path, argv, envp);
			if (last != -ENOENT && last != -ENOTDIR && last != -EACCES)
				return last;
			if (last == -EACCES)
				error = last;
		}
		if (!dirs[n])
			break;
		dirs += n + 1;
	}
	return error;
}
