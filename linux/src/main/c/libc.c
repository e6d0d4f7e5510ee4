/*
 * The native half of dev.urunj.linux.syscall.Libc: the C library's syscall(2), any function of the
 * C library by its address, and the two addresses that Java has no word for. No logic and no state
 * lives here; what a call means stands in Java, beside its caller.
 *
 * JNI and not java.lang.foreign, because the first call through the latter costs a cold JVM some
 * 40 ms and through this one 2 (docs/performance.md).
 */
#include <dlfcn.h>
#include <errno.h>
#include <jni.h>
#include <stddef.h>
#include <unistd.h>

typedef long function(long, long, long, long, long, long);

/* long syscall(long number, ...): the result, or the negative error number. */
JNIEXPORT jlong JNICALL Java_dev_urunj_linux_syscall_Libc_systemCall(JNIEnv *env, jclass class, jlong number, jlong a,
								      jlong b, jlong c, jlong d, jlong e, jlong f)
{
	long result;

	(void)env;
	(void)class;
	result = syscall(number, a, b, c, d, e, f);
	return result == -1 ? -(jlong)errno : result;
}

/*
 * A function of integers and pointers. One that takes fewer than six never looks at the rest: both
 * known architectures pass all six in registers.
 */
JNIEXPORT jlong JNICALL Java_dev_urunj_linux_syscall_Libc_callAt(JNIEnv *env, jclass class, jlong address, jlong a,
								  jlong b, jlong c, jlong d, jlong e, jlong f)
{
	(void)env;
	(void)class;
	return ((function *)address)(a, b, c, d, e, f);
}

/* The address of what the C library calls so; name is a C string. 0 when there is none. */
JNIEXPORT jlong JNICALL Java_dev_urunj_linux_syscall_Libc_addressOf(JNIEnv *env, jclass class, jlong name)
{
	(void)env;
	(void)class;
	return (jlong)dlsym(RTLD_DEFAULT, (const char *)name);
}

/* The address of a direct buffer's first byte. */
JNIEXPORT jlong JNICALL Java_dev_urunj_linux_syscall_Libc_addressIn(JNIEnv *env, jclass class, jobject buffer)
{
	(void)class;
	return (jlong)(*env)->GetDirectBufferAddress(env, buffer);
}
