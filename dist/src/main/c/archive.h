/*
 * The archive of classes (CDS): its name, and who makes it. It stands on launcher.c's options and
 * lib, and is part of its unit of translation.
 */
#ifndef ARCHIVE_H
#define ARCHIVE_H

static uint64_t mix(uint64_t hash, const void *data, size_t bytes)
{
	const unsigned char *p = data;

	while (bytes--)
		hash = (hash ^ *p++) * 0x100000001b3ULL; /* FNV-1a */
	return hash;
}

static uint64_t mix_file(uint64_t hash, const char *path)
{
	struct stat s;
	int64_t seen[3] = {0};

	if (stat(path, &s) == 0) {
		seen[0] = s.st_size;
		seen[1] = s.st_mtim.tv_sec;
		seen[2] = s.st_mtim.tv_nsec;
	}
	return mix(hash, seen, sizeof(seen));
}

/*
 * The archive's file name, from the options and from size and time of the files that the JVM compares
 * with those the archive was made from, and of the JVM itself. Not from their place: a distribution
 * that was moved, or copied with the files' times, keeps its cache.
 */
static void name_archive(char *name, const char *flags)
{
	static const char boot[] = "-Xbootclasspath/a:";
	uint64_t hash = mix(0xcbf29ce484222325ULL, flags, strlen(flags));

	for (int i = 0; i < option_count; i++)
		if (strncmp(options[i], boot, sizeof(boot) - 1) == 0) {
			char *jars = strdup(options[i] + sizeof(boot) - 1), *rest;

			for (char *jar = strtok_r(jars, ":", &rest); jar; jar = strtok_r(NULL, ":", &rest))
				hash = mix_file(hash, jar);
			free(jars);
		}
	for (int i = 0; i < 2; i++) {
		char *path = text("%s/jre/lib/%s", lib, i ? "server/libjvm.so" : "modules");

		hash = mix_file(hash, path);
		free(path);
	}
	snprintf(name, ARCHIVE_BYTES, "urunj-%016llx", (unsigned long long)hash);
}

#ifndef ARCHIVE_NAME
/* Starts lib/train apart from the caller: a session of its own, no descriptor of the caller's. */
static void train(void)
{
	pid_t child = fork();

	if (child > 0)
		waitpid(child, NULL, 0);
	if (child)
		return;
	if (setsid() < 0 || fork() != 0)
		_exit(0);
	for (int i = 0; i < 3; i++) {
		close(i);
		open("/dev/null", O_RDWR);
	}
	close_range(3, ~0U, 0);
	if (nice(10) == -1 || chdir("/"))
		_exit(1);
	execl(text("%s/train", lib), "train", "--missing", (char *)NULL);
	_exit(1);
}

/* Adds the option for the archive if there is one, or has it made, and says which of the two. */
static void use_archive(const char *flags)
{
	char name[ARCHIVE_BYTES];
	char *file, *failed;
	const char *found;

	name_archive(name, flags);
	file = text("%s/%s.jsa", lib, name);
	failed = text("%s/%s.failed", lib, name);
	if (access(file, R_OK) == 0) {
		add_option(text("-XX:SharedArchiveFile=%s", file));
		found = "found";
	} else if (access(failed, F_OK) == 0) {
		found = "failed";
	} else if (access(lib, W_OK) != 0) {
		found = "read-only";
	} else {
		train();
		found = "begun";
	}
	free(file);
	free(failed);
	add_option(text("-Ddev.urunj.archive=%s", found));
}
#endif

#endif
