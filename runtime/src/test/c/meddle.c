/*
 * meddle WHAT DIRECTORY OTHER: changes files without a pause until it is killed; says "begun" when it has begun.
 *
 *   exchange   each name aN of both directories changes places with the other's, renameat2(2)
 *   truncate   files aN are made longer, shorter, removed and made again, and others come and go
 *   versions   as the kubelet updates a ConfigMap: every file of a version holds its name; 3 ms between updates
 *   links      ..data leads to another version all the time
 *   names      as if an update never got further than to make the names of its files
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/prctl.h>
#include <signal.h>
#include <unistd.h>

enum { FILES = 40, KEYS = 10 };

static void begun(void)
{
	static int said;
	if (!said++) {
		puts("begun");
		fflush(stdout);
	}
}

static void exchange(int one, int other)
{
	char name[16];
	for (;; begun())
		for (int i = 0; i < FILES; i++) {
			snprintf(name, sizeof name, "a%d", i);
			if (renameat2(one, name, other, name, RENAME_EXCHANGE) && errno != ENOENT)
				perror("renameat2"), exit(1);
		}
}

static void resize(int directory, const char *name, off_t size)
{
	int file = openat(directory, name, O_WRONLY | O_CREAT, 0644);
	if (file >= 0) {
		if (ftruncate(file, size))
			perror("ftruncate");
		close(file);
	}
}

static void truncate_all(int directory)
{
	char name[16];
	for (long n = 0;; n++, begun())
		for (int i = 0; i < FILES; i++) {
			snprintf(name, sizeof name, "%c%d", n % 3 ? 'a' : 'x', i);
			if (n % 7 == 3)
				unlinkat(directory, name, 0);
			else
				resize(directory, name, (n * 7919 + i * 104729) % 200000);
		}
}

static void make_version(int directory, const char *version, int first)
{
	char path[64];
	mkdirat(directory, version, 0755);
	for (int i = first; i < first + KEYS; i++) {
		snprintf(path, sizeof path, "%s/key%d", version, i);
		int file = openat(directory, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
		if (file < 0 || write(file, version, strlen(version)) < 0)
			perror(path), exit(1);
		close(file);
	}
}

static void swing(int directory, const char *version)
{
	unlinkat(directory, "..data_tmp", 0);
	if (symlinkat(version, directory, "..data_tmp") ||
	    renameat(directory, "..data_tmp", directory, "..data"))
		perror("..data"), exit(1);
}

static void show_keys(int directory, int first)
{
	char name[32], target[48];
	for (int i = 0; i < 3 * KEYS; i++) {
		snprintf(name, sizeof name, "key%d", i);
		snprintf(target, sizeof target, "..data/%s", name);
		if (i >= first && i < first + KEYS)
			(void)!symlinkat(target, directory, name);
	}
	for (int i = 0; i < 3 * KEYS; i++) {
		snprintf(name, sizeof name, "key%d", i);
		if (i < first || i >= first + KEYS)
			unlinkat(directory, name, 0);
	}
}

static void remove_version(int directory, const char *version, int first)
{
	char path[64];
	for (int i = first; i < first + KEYS; i++) {
		snprintf(path, sizeof path, "%s/key%d", version, i);
		unlinkat(directory, path, 0);
	}
	unlinkat(directory, version, AT_REMOVEDIR);
}

static void versions(int directory)
{
	char version[32], old[32] = "";
	int old_first = 0;
	for (long n = 0;; n++) {
		int first = (int)(n % 3) * KEYS / 2;
		snprintf(version, sizeof version, "..2026_%ld", n);
		make_version(directory, version, first);
		swing(directory, version);
		show_keys(directory, first);
		if (*old)
			remove_version(directory, old, old_first);
		strcpy(old, version);
		old_first = first;
		begun();
		usleep(3000);
	}
}

static void links(int directory)
{
	make_version(directory, "..one", 0);
	make_version(directory, "..two", 0);
	show_keys(directory, 0);
	for (;; begun()) {
		swing(directory, "..one");
		swing(directory, "..two");
	}
}

static void names(int directory)
{
	char name[32];
	make_version(directory, "..one", 0);
	swing(directory, "..one");
	if (symlinkat("..data/extra", directory, "extra"))
		perror("extra"), exit(1);
	for (long n = 0;; n++, begun()) {
		snprintf(name, sizeof name, "new%ld", n);
		if (symlinkat("..data/new", directory, name))
			perror(name), exit(1);
		snprintf(name, sizeof name, "new%ld", n - 1);
		unlinkat(directory, name, 0);
	}
}

int main(int argc, char **argv)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (argc != 4)
		return 2;
	int one = open(argv[2], O_DIRECTORY | O_RDONLY), other = open(argv[3], O_DIRECTORY | O_RDONLY);
	if (one < 0 || other < 0)
		return perror("open"), 1;
	switch (argv[1][0]) {
	case 'e':
		exchange(one, other);
		break;
	case 't':
		truncate_all(one);
		break;
	case 'v':
		versions(one);
		break;
	case 'n':
		names(one);
		break;
	case 'l':
		links(one);
		break;
	}
	return 2;
}
