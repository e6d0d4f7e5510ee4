/* From the two protocols by which a loader starts this kernel into 64-bit C.
 *
 * Multiboot (version 1): the loader finds the header in the first 8 KiB of the file and enters in 32-bit protected mode
 * with the information's address in %ebx. The header says where everything lies, because a loader takes no 64-bit ELF
 * file by its own headers.
 * PVH: the loader takes the entry from an ELF note and enters in the same mode, with `struct hvm_start_info` in %ebx.
 * A kernel for PVH alone is built with -DPVH_ONLY, because QEMU prefers Multiboot where it finds both.
 */

#define MAGIC 0x1BADB002
#define FLAGS 0x00010003 /* page-aligned modules, memory map, the addresses below count */

#ifndef PVH_ONLY
    .section .multiboot, "a"
    .balign 4
header:
    .long MAGIC, FLAGS, -(MAGIC + FLAGS)
    .long header, image_start, image_end, memory_end, multiboot_entry
#endif

    .section .note.pvh, "a", @note
    .balign 4
    .long 4, 4, 18 /* sizes of name and value; XEN_ELFNOTE_PHYS32_ENTRY */
    .asciz "Xen"
    .long pvh_entry

    .section .text
    .code32
    .globl pvh_entry, multiboot_entry
multiboot_entry:
    movl $1, %ebp
    jmp start
pvh_entry:
    xorl %ebp, %ebp

start:
    cld
    movl %ebx, %esi /* survives what follows */
    movl $zeroed_start, %edi
    movl $memory_end, %ecx
    subl %edi, %ecx
    xorl %eax, %eax
    rep stosb

    /* The first 4 GiB one to one, in pages of 2 MiB. */
    movl $(level3 + 3), level4
    movl $(level2 + 3), %eax
    movl $level3, %edi
    movl $4, %ecx
1:  movl %eax, (%edi)
    addl $4096, %eax
    addl $8, %edi
    loop 1b
    movl $0x83, %eax /* present, writable, 2 MiB */
    movl $level2, %edi
    movl $2048, %ecx
2:  movl %eax, (%edi)
    addl $0x200000, %eax
    addl $8, %edi
    loop 2b

    movl %cr4, %eax
    orl $0x20, %eax /* PAE */
    movl %eax, %cr4
    movl $level4, %eax
    movl %eax, %cr3
    movl $0xC0000080, %ecx /* EFER */
    rdmsr
    orl $0x100, %eax /* long mode */
    wrmsr
    movl %cr0, %eax
    orl $0x80000001, %eax
    movl %eax, %cr0
    lgdt table_pointer
    ljmp $8, $long_mode

    .code64
long_mode:
    movl $16, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %ss
    movl $stack_end, %esp
    movl %ebp, %edi /* whether by Multiboot */
                    /* %esi: the loader's information */
    call kernel_main
3:  hlt
    jmp 3b

    .section .rodata
    .balign 8
table:
    .quad 0
    .quad 0x00209A0000000000 /* 64-bit code */
    .quad 0x0000920000000000 /* data */
table_pointer:
    .word . - table - 1
    .long table

    .section .bss
    .balign 4096
    .globl level3
level4:
    .skip 4096
level3:
    .skip 4096
level2:
    .skip 4 * 4096
    .skip 65536
stack_end:

    .section .note.GNU-stack, "", @progbits
