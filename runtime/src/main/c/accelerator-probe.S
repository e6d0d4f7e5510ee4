/*
 * The guest that shows whether an accelerator really runs guests: a multiboot kernel that enters
 * long mode with paging, works for a bounded number of steps, and leaves through isa-debug-exit.
 */
	.set MAGIC, 0x1badb002
	.set FLAGS, 0
	.section .text
	.code32
	.align 4
header:
	.long MAGIC, FLAGS, -(MAGIC + FLAGS)

	.globl _start
_start:
	movl $page_directory, %eax	/* one page directory of 2 MiB pages maps the first GiB */
	orl $3, %eax
	movl %eax, page_pointers
	movl $page_pointers, %eax
	orl $3, %eax
	movl %eax, page_map
	movl $0x83, %eax
	movl $page_directory, %edi
	movl $512, %ecx
1:	movl %eax, (%edi)
	addl $0x200000, %eax
	addl $8, %edi
	loop 1b

	movl %cr4, %eax
	orl $0x20, %eax			/* PAE */
	movl %eax, %cr4
	movl $page_map, %eax
	movl %eax, %cr3
	movl $0xc0000080, %ecx		/* EFER.LME */
	rdmsr
	orl $0x100, %eax
	wrmsr
	movl %cr0, %eax
	orl $0x80000000, %eax		/* paging on: long mode is active */
	movl %eax, %cr0
	lgdt descriptor_table_pointer
	ljmp $8, $long_mode

	.code64
long_mode:
	movl $20000000, %ecx
	movl $scratch, %edi
2:	addq %rcx, (%rdi)
	decl %ecx
	jnz 2b
	movb $STATUS, %al
	outb %al, $0xf4			/* isa-debug-exit: QEMU exits with (STATUS << 1) | 1 */
3:	hlt
	jmp 3b

	.set STATUS, 0x21
	.align 8
descriptor_table:
	.quad 0, 0x00209a0000000000
descriptor_table_pointer:
	.word 15
	.long descriptor_table

	.bss
	.align 4096
	.lcomm page_map, 4096
	.lcomm page_pointers, 4096
	.lcomm page_directory, 4096
	.lcomm scratch, 8
	.section .note.GNU-stack, "", @progbits
