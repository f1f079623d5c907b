/**
 * Keeps every line of the access log without holding up a request: HAProxy runs under a small supervisor, which takes its
 * lines from a datagram socket and hands them to Docker in Docker's own time.
 *
 * What loses more lines, each measured at 10,000 to 20,000 requests a second on two busy cores: `log stdout`, because HAProxy
 * gives a line up when Docker's pipe is full (a third was gone; with a pipe of 1 MiB a seventh), and also when another of
 * its threads is writing (0.06 %, whatever stdout is); a `ring` with a syslog server, because a worker that is being
 * replaced closes it at once (haproxy issue 3436). This way 0 to 0.3 % were gone there, and none below saturation;
 * HAProxy counts what it gives up (the alert HaproxyDropsLogs).
 */
import type { Size } from "../core/spec";
import { bytes } from "../core/units";
import { LOG_SOCKET } from "./places";

/** What may wait for Docker, in memory. A line is about 300 bytes. */
export const LOG_QUEUE: Size = "64MiB";

/** Lines that may wait for the supervisor; the kernel's default in a container is 10. */
export const LOG_SYSCTLS: Readonly<Record<string, string>> = { "net.unix.max_dgram_qlen": "65536" };

/** In Perl, which every Debian has, so in upstream's image as in ours. */
const SUPERVISOR = `use strict;
use Fcntl;
use POSIX ":sys_wait_h";
use Socket;
my ($path, $most, @command) = @ARGV;

unlink $path;
socket my $socket, PF_UNIX, SOCK_DGRAM, 0 or die "socket: $!\\n";
bind $socket, sockaddr_un $path or die "$path: $!\\n";
pipe my $lines, my $said or die "pipe: $!\\n";
fcntl $said, 1031, 1 << 20; # F_SETPIPE_SZ

# They do nothing else; two, so that one that waits for a processor holds nothing up. An empty line ends one.
for (1, 2) {
  next if fork;
  close $lines;
  my $line;
  while (defined recv $socket, $line, 65536, 0) {
    last if $line eq "\\n";
    syswrite $said, $line;
  }
  POSIX::_exit 0;
}
close $said;

my $main = fork;
if (!$main) { exec @command or die "$command[0]: $!\\n" }
$SIG{$_} = sub { kill shift, $main } for qw(HUP INT TERM USR1 USR2);
my $code;
$SIG{CHLD} = sub {
  while ((my $gone = waitpid -1, WNOHANG) > 0) {
    next if $gone != $main;
    $code = $? & 127 ? 128 + ($? & 127) : $? >> 8;
    send $socket, "\\n", 0, sockaddr_un $path for 1, 2;
  }
};

fcntl STDOUT, F_SETFL, O_NONBLOCK;
my ($queue, $open) = ("", 1);
while ($open || length $queue) {
  my ($read, $write) = ("", "");
  vec($read, fileno $lines, 1) = $open && length $queue < $most ? 1 : 0;
  vec($write, fileno STDOUT, 1) = length $queue ? 1 : 0;
  next if select($read, $write, undef, undef) < 1;
  if (vec $read, fileno $lines, 1) {
    my $got = sysread $lines, $queue, 1 << 20, length $queue;
    $open = 0 if defined $got && !$got;
  }
  if (vec $write, fileno STDOUT, 1) {
    my $put = syswrite STDOUT, $queue, 65536;
    substr $queue, 0, $put, "" if $put;
  }
}
exit $code;`;

/** HAProxy's command under the supervisor. */
export function withLogBuffer(command: readonly string[]): string[] {
  return ["perl", "-e", SUPERVISOR, LOG_SOCKET, String(bytes(LOG_QUEUE)), ...command];
}
