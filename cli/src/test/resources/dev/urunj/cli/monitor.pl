# Stands in for the monitor: waits for start, then answers on the control socket, descriptor 4.
use strict;
use warnings;
use IO::Handle;

my ($state) = @ARGV;
select(undef, undef, undef, 0.01) until -e "$state/started";
open(my $listener, '+<&=', 4) or die "control socket: $!";
while (accept(my $client, $listener)) {
  $client->autoflush(1);
  print $client qq({"QMP":{"version":{},"capabilities":[]}}\r\n);
  while (my $line = <$client>) {
    print $client qq({"return":{"status":"running"}}\r\n);
    exit 0 if $line =~ /system_powerdown/;
  }
}
