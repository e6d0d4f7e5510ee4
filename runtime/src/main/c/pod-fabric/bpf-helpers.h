/*
 * The few declarations a program of tc needs, after include/uapi/linux/bpf.h, so that building
 * takes the kernel's headers and clang and nothing else. The kernel that has each first is named:
 * none is younger than 5.12.
 */
#ifndef BPF_HELPERS_H
#define BPF_HELPERS_H

#include <linux/bpf.h>
#include <linux/types.h>

#define SEC(name) __attribute__((section(name), used))
#define INLINE static inline __attribute__((always_inline))

/* A map as ELF loaders knew it before BTF: the symbol's name is the map's. */
struct bpf_map_def {
	__u32 type;
	__u32 key_size;
	__u32 value_size;
	__u32 max_entries;
	__u32 map_flags;
};

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define NET16(x) ((__be16)__builtin_bswap16(x))
#define NET32(x) ((__be32)__builtin_bswap32(x))
#else
#define NET16(x) ((__be16)(x))
#define NET32(x) ((__be32)(x))
#endif

/* 3.18 */
static void *(*map_lookup)(const void *map, const void *key) = (void *)BPF_FUNC_map_lookup_elem;
static long (*map_update)(const void *map, const void *key, const void *value,
			  __u64 flags) = (void *)BPF_FUNC_map_update_elem;
/* 4.1, 4.2, 4.4, 4.5, 4.6, 4.8, 4.9 */
static long (*skb_store)(struct __sk_buff *skb, __u32 offset, const void *from, __u32 len,
			 __u64 flags) = (void *)BPF_FUNC_skb_store_bytes;
static long (*l3_csum_replace)(struct __sk_buff *skb, __u32 offset, __u64 from, __u64 to,
			       __u64 size) = (void *)BPF_FUNC_l3_csum_replace;
static long (*l4_csum_replace)(struct __sk_buff *skb, __u32 offset, __u64 from, __u64 to,
			       __u64 flags) = (void *)BPF_FUNC_l4_csum_replace;
static long (*clone_redirect)(struct __sk_buff *skb, __u32 ifindex,
			      __u64 flags) = (void *)BPF_FUNC_clone_redirect;
static long (*redirect)(__u32 ifindex, __u64 flags) = (void *)BPF_FUNC_redirect;
static long (*skb_load)(const void *skb, __u32 offset, void *to,
			__u32 len) = (void *)BPF_FUNC_skb_load_bytes;
static __s64 (*csum_diff)(const __be32 *from, __u32 from_size, const __be32 *to, __u32 to_size,
			  __wsum seed) = (void *)BPF_FUNC_csum_diff;
static long (*skb_change_tail)(struct __sk_buff *skb, __u32 len,
			       __u64 flags) = (void *)BPF_FUNC_skb_change_tail;
static long (*skb_change_type)(struct __sk_buff *skb,
			       __u32 type) = (void *)BPF_FUNC_skb_change_type;
/* 4.13 */
static long (*skb_adjust_room)(struct __sk_buff *skb, __s32 len, __u32 mode,
			       __u64 flags) = (void *)BPF_FUNC_skb_adjust_room;
/* 4.20 */
static struct bpf_sock *(*sk_lookup_udp)(void *skb, struct bpf_sock_tuple *tuple, __u32 len,
					 __u64 netns, __u64 flags) = (void *)BPF_FUNC_sk_lookup_udp;
static long (*sk_release)(void *sock) = (void *)BPF_FUNC_sk_release;
/* 5.2 */
static struct bpf_sock *(*skc_lookup_tcp)(void *skb, struct bpf_sock_tuple *tuple, __u32 len,
					  __u64 netns,
					  __u64 flags) = (void *)BPF_FUNC_skc_lookup_tcp;
static long (*tcp_check_syncookie)(void *sock, void *ip, __u32 ip_len, void *tcp,
				   __u32 tcp_len) = (void *)BPF_FUNC_tcp_check_syncookie;
/* 5.12 */
static long (*check_mtu)(void *skb, __u32 ifindex, __u32 *mtu, __s32 more,
			 __u64 flags) = (void *)BPF_FUNC_check_mtu;

#endif
