/*
 * The launcher: creates the JVM of this distribution in its own process and calls MAIN_CLASS.
 * Compiled once for each program of the distribution (compile, beside this file); it finds the
 * rest by where its own file lies, whatever it is called and by whichever links.
 *
 * What the JVM needs and the caller did not give lasts only while the JVM is made; the program sees
 * the caller's environment byte for byte, and hands it on:
 *
 *  - JAVA_TOOL_OPTIONS and its relatives are hidden: they would add to the command line and print.
 *  - In a locale without UTF-8 the JVM cannot name a file whose name is not ASCII, so LC_ALL is set.
 *  - Of 0, 1 and 2 those that the caller has closed are /dev/null. Otherwise a file of the JVM would
 *    get that number, and a container would get the file as its standard input.
 *  - Which other descriptors the caller had open is said in dev.urunj.descriptors ("3,4,7"), so that
 *    none of the JVM's own is ever taken for one of them.
 *  - In a working directory that was deleted no JVM starts. It starts in / then, and relative paths
 *    go nowhere, because user.dir names the deleted directory.
 *
 * lib/jvm-flags has the JVM's options, one in a line; '@' in them is the directory lib.
 *
 * The archive of classes (CDS) is named after size and time of the files it was made from, so one of
 * other files is never opened. Where there is none, lib/train makes it in the background, once; what
 * came of it is said in dev.urunj.archive, for `urunj version`. With -DARCHIVE_NAME this is a program
 * that prints that name, for lib/train.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <jni.h>
#include <limits.h>
#include <locale.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef MAIN_CLASS
#define MAIN_CLASS ""
#endif
#define OPTIONS 64
#define STACK_BYTES (1 << 20) /* what java(1) gives its main thread on x86-64 */
#define DESCRIPTORS 1024
#define ARCHIVE_BYTES 32

static char lib[PATH_MAX];

__attribute__((noreturn, format(printf, 1, 2))) static void die(const char *format, ...)
{
	va_list values;

	va_start(values, format);
	fputs("urunj: ", stderr);
	vfprintf(stderr, format, values);
	fputc('\n', stderr);
	exit(1);
}

static char *text(const char *format, ...) __attribute__((format(printf, 1, 2)));
static char *text(const char *format, ...)
{
	va_list values;
	char *made;

	va_start(values, format);
	if (vasprintf(&made, format, values) < 0)
		die("out of memory");
	va_end(values);
	return made;
}

/* lib: beside the directory in which this program's file lies. */
static void find_lib(void)
{
	ssize_t length = readlink("/proc/self/exe", lib, sizeof(lib) - 1);

	if (length < 0) { /* no /proc */
		if (!realpath((const char *)getauxval(AT_EXECFN), lib))
			die("cannot find the directory it lies in: %s", strerror(errno));
		length = (ssize_t)strlen(lib);
	}
	lib[length] = 0;
	for (int up = 0; up < 2; up++) {
		char *slash = strrchr(lib, '/');

		if (!slash)
			die("cannot find the directory it lies in: %s", lib);
		*slash = 0;
	}
	if (strlen(lib) + 64 > sizeof(lib))
		die("the path of its directory is too long");
	strcat(lib, "/lib");
}

/* ---- the JVM's options -------------------------------------------------------------------- */

static char *options[OPTIONS];
static int option_count;

static void add_option(char *option)
{
	if (option_count == OPTIONS)
		die("%s/jvm-flags: more than %d options", lib, OPTIONS - 8);
	options[option_count++] = option;
}

/* The line with each '@' replaced. */
static char *expanded(const char *line)
{
	size_t bytes = strlen(line) + 1;
	char *made, *at;

	for (const char *p = line; *p; p++)
		if (*p == '@')
			bytes += strlen(lib);
	made = at = malloc(bytes);
	if (!made)
		die("out of memory");
	for (const char *p = line; *p; p++)
		if (*p == '@')
			at = stpcpy(at, lib);
		else
			*at++ = *p;
	*at = 0;
	return made;
}

/* Reads lib/jvm-flags into the options. Returns its bytes. */
static const char *read_options(void)
{
	static char content[8192];
	static char lines[sizeof(content)];
	char *name = text("%s/jvm-flags", lib);
	int file = open(name, O_RDONLY | O_CLOEXEC);
	ssize_t length = file < 0 ? -1 : read(file, content, sizeof(content) - 1);
	char *rest;

	if (length < 0)
		die("%s: %s", name, strerror(errno));
	close(file);
	free(name);
	memcpy(lines, content, sizeof(lines));
	for (char *line = strtok_r(lines, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		add_option(expanded(line));
	return content;
}

#include "archive.h"

#ifndef ARCHIVE_NAME
/* ---- what the caller gave ----------------------------------------------------------------- */

static void open_standard_streams(void)
{
	for (int i = 0; i < 3; i++)
		if (fcntl(i, F_GETFD) < 0 && open("/dev/null", O_RDWR) < 0)
			die("/dev/null: %s", strerror(errno));
}

/* dev.urunj.descriptors: poll(2) says POLLNVAL of each that is not open, in one call. */
static void tell_descriptors(void)
{
	static struct pollfd all[DESCRIPTORS];
	static char told[64 + DESCRIPTORS * 5] = "-Ddev.urunj.descriptors=";
	char *at = told + strlen(told);
	struct rlimit limit;
	nfds_t count = DESCRIPTORS - 3;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < count)
		count = limit.rlim_cur;
	for (nfds_t i = 0; i < count; i++)
		all[i].fd = (int)i + 3;
	if (poll(all, count, 0) < 0)
		die("poll: %s", strerror(errno));
	for (nfds_t i = 0; i < count; i++)
		if (!(all[i].revents & POLLNVAL))
			at += sprintf(at, "%d,", all[i].fd);
	add_option(told);
}

static void leave_deleted_directory(void)
{
	char where[PATH_MAX];
	ssize_t length;

	if (getcwd(where, sizeof(where)))
		return;
	length = readlink("/proc/self/cwd", where, sizeof(where) - 1); /* "/was/here (deleted)" */
	if (chdir("/"))
		die("/: %s", strerror(errno));
	where[length < 0 ? 0 : length] = 0;
	add_option(text("-Duser.dir=%s", *where == '/' ? where : "/proc/self/cwd (deleted)"));
}

static int speaks_utf8(void)
{
	const char *names[] = {"LC_ALL", "LC_CTYPE", "LANG"};

	for (size_t i = 0; i < 3; i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return strcasestr(value, "utf-8") || strcasestr(value, "utf8");
	}
	return 0;
}

/* The environment in which the JVM is made. */
static char **jvm_environment(void)
{
	static const char *hidden[] = {"JAVA_TOOL_OPTIONS=", "JDK_JAVA_OPTIONS=", "_JAVA_OPTIONS="};
	static char locale[] = "LC_ALL=C.UTF-8";
	int utf8 = speaks_utf8();
	size_t count = 0, kept = 0;
	char **made;

	while (environ[count])
		count++;
	made = malloc((count + 2) * sizeof(*made));
	if (!made)
		die("out of memory");
	for (size_t i = 0; i < count; i++) {
		int drop = !utf8 && strncmp(environ[i], "LC_ALL=", 7) == 0;

		for (size_t h = 0; h < 3; h++)
			drop |= strncmp(environ[i], hidden[h], strlen(hidden[h])) == 0;
		if (!drop)
			made[kept++] = environ[i];
	}
	if (!utf8)
		made[kept++] = locale;
	made[kept] = NULL;
	return made;
}

/* ---- the JVM ------------------------------------------------------------------------------ */

/* A string of any UTF-8; what is none comes as U+FFFD, as java(1) has it. */
static jstring java_string(JNIEnv *env, const char *word)
{
	jsize length = (jsize)strlen(word);
	jclass class;
	jbyteArray bytes;

	for (const char *p = word;; p++)
		if (!*p)
			return (*env)->NewStringUTF(env, word); /* ASCII, where "modified" means nothing */
		else if (*p & 0x80)
			break;
	class = (*env)->FindClass(env, "java/lang/String");
	bytes = (*env)->NewByteArray(env, length);
	if (!class || !bytes)
		return NULL;
	(*env)->SetByteArrayRegion(env, bytes, 0, length, (const jbyte *)word);
	return (*env)->NewObject(env, class, (*env)->GetMethodID(env, class, "<init>", "([BLjava/lang/String;)V"), bytes,
				 (*env)->NewStringUTF(env, "UTF-8"));
}

static char **arguments; /* the caller's words, without this program's own name */

static jobjectArray java_arguments(JNIEnv *env)
{
	jsize count = 0;
	jobjectArray words;

	while (arguments[count])
		count++;
	words = (*env)->NewObjectArray(env, count, (*env)->FindClass(env, "java/lang/String"), NULL);
	for (jsize i = 0; words && i < count; i++)
		(*env)->SetObjectArrayElement(env, words, i, java_string(env, arguments[i]));
	return words;
}

static JNIEnv *create(void)
{
	static JavaVMOption given[OPTIONS];
	JavaVMInitArgs args = {.version = JNI_VERSION_10, .options = given};
	char *path = text("%s/jre/lib/server/libjvm.so", lib);
	void *library = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
	jint (*make)(JavaVM **, void **, void *);
	JavaVM *vm;
	JNIEnv *env;

	if (!library)
		die("%s", dlerror());
	free(path);
	make = (jint(*)(JavaVM **, void **, void *))dlsym(library, "JNI_CreateJavaVM");
	for (args.nOptions = 0; args.nOptions < option_count; args.nOptions++)
		given[args.nOptions].optionString = options[args.nOptions];
	if (!make || make(&vm, (void **)&env, &args))
		die("the JVM in %s/jre does not start", lib);
	return env;
}

static void *run(void *callers_environment)
{
	JNIEnv *env = create();
	jobjectArray words;
	jclass class;
	jmethodID main;

	environ = callers_environment;
	class = (*env)->FindClass(env, MAIN_CLASS);
	main = class ? (*env)->GetStaticMethodID(env, class, "main", "([Ljava/lang/String;)V") : NULL;
	words = main ? java_arguments(env) : NULL;
	if (words)
		(*env)->CallStaticVoidMethod(env, class, main, words);
	(*env)->ExceptionDescribe(env); /* main does not return, it halts */
	exit(1);
}

int main(int argc, char **argv)
{
	pthread_attr_t attributes;
	pthread_t thread;
	char **callers_environment = environ;

	(void)argc;
	arguments = argv + 1;
	open_standard_streams();
	tell_descriptors();
	find_lib();
	leave_deleted_directory();
	use_archive(read_options());
	environ = jvm_environment();
	/* Not on the first thread, whose stack grows in ways that HotSpot does not care for. */
	if (pthread_attr_init(&attributes) || pthread_attr_setstacksize(&attributes, STACK_BYTES) ||
	    pthread_create(&thread, &attributes, run, callers_environment))
		die("cannot start a thread");
	pthread_join(thread, NULL);
	return 1;
}
#else
int main(void)
{
	char name[ARCHIVE_BYTES];

	find_lib();
	name_archive(name, read_options());
	return puts(name) < 0;
}
#endif
