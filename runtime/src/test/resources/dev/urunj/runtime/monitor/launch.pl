# Plays the runtime's part for GuestBootKernelTest, in a network namespace of its own:
# TAP on descriptor 3, control socket on 4, errors on 5, the initrd on 6, then the launch line.
use strict;
use warnings;
use Socket;
use POSIX ();

my ($directory) = @ARGV;
$^F = 255;

open(my $tun, '+<', '/dev/net/tun') or die "tun: $!";
my $request = pack('a16 S x22', 'tap0_urunc', 0x5002);    # IFF_TAP | IFF_NO_PI | IFF_VNET_HDR
ioctl($tun, 0x400454ca, $request) or die "TUNSETIFF: $!";
system('ip', 'link', 'set', 'tap0_urunc', 'up', 'mtu', '1400') == 0 or die;
system('ip', 'address', 'add', '169.254.1.1/32', 'dev', 'tap0_urunc') == 0 or die;
system('ip', 'address', 'add', 'fd00::1/64', 'dev', 'tap0_urunc', 'nodad') == 0 or die;
system('ip', 'route', 'add', '10.1.2.3/32', 'dev', 'tap0_urunc') == 0 or die;
socket(my $control, PF_UNIX, SOCK_STREAM, 0) or die "socket: $!";
bind($control, sockaddr_un("$directory/qmp")) or die "bind: $!";
listen($control, 1) or die "listen: $!";
open(my $errors, '>>', "$directory/errors") or die "errors: $!";
open(my $initrd, '<', "$directory/initrd") or die "initrd: $!";
# By way of high numbers, so that no dup2 hits a descriptor that is still needed.
my %to = (3 => $tun, 4 => $control, 5 => $errors, 6 => $initrd);
my %copy;
for my $fd (keys %to) { $copy{$fd} = POSIX::dup2(fileno($to{$fd}), 30 + $fd) ? 30 + $fd : die; }
for my $fd (keys %copy) { POSIX::dup2($copy{$fd}, $fd) or die; POSIX::close($copy{$fd}); }
exec('/bin/sh', "$directory/launch") or die "exec: $!";
