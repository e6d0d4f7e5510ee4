/*
 * An option ROM, which the firmware of a PC calls at every boot of the machine (qemu(1), -option-rom; PnP BIOS
 * specification 1.0A, 3.1). At the first boot it leaves a mark in a byte of the clock's memory that neither the firmware
 * nor Linux uses and that a reset leaves alone. At a second one the guest was reset, and no init of ours asked for it: it
 * says so in one line on the first serial port and ends the machine by the exit port with status 125.
 *
 * Otherwise QEMU ends a guest that panics with status 0, which to every engine is success.
 */
#define MARKED_BYTE 0x7e	/* of the 128 of an MC146818 */
#define MARK 0x75
#define CLOCK_INDEX 0x70
#define CLOCK_DATA 0x71
#define SERIAL_DATA 0x3f8
#define SERIAL_STATUS 0x3fd
#define SERIAL_ROOM 0x20
#define EXIT_PORT 0x501		/* EXIT_PORT of LinuxGuest */
#define EXIT_VALUE 62		/* QEMU makes (62 << 1) | 1 of it */

	.code16
	.globl _start
_start:
	.byte 0x55, 0xaa, 1	/* signature, and length in blocks of 512 bytes */
	jmp boot
	.org 0x20		/* behind the places of pointers that a ROM of a card has */
boot:
	pushaw
	movb $MARKED_BYTE, %al
	outb %al, $CLOCK_INDEX
	inb $CLOCK_DATA, %al
	cmpb $MARK, %al
	je reset
	movb $MARKED_BYTE, %al
	outb %al, $CLOCK_INDEX
	movb $MARK, %al
	outb %al, $CLOCK_DATA
	popaw
	lretw

reset:
	call here		/* the firmware chooses where the ROM lies */
here:
	popw %si
	addw $(line - here), %si
next:
	movb %cs:(%si), %bl
	testb %bl, %bl
	jz end
	movw $SERIAL_STATUS, %dx
full:
	inb %dx, %al
	testb $SERIAL_ROOM, %al
	jz full
	movw $SERIAL_DATA, %dx
	movb %bl, %al
	outb %al, %dx
	incw %si
	jmp next
end:
	movw $EXIT_PORT, %dx
	movw $EXIT_VALUE, %ax
	outw %ax, %dx
halted:
	hlt
	jmp halted

line:
	.ascii "urunj: the guest was reset before its program had ended: its kernel panicked, cannot boot,"
	.asciz " or has too little memory\r\n"
	.org 511		/* the last byte, which makes the sum of all bytes 0, is added by `compile` */
