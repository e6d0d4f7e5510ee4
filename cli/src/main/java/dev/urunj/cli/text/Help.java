package dev.urunj.cli.text;

/// The overview of the command line.
public final class Help {
  private static final String TEXT =
      """
      urunj runs unikernels as containers. A container without a unikernel is handed to runc.

      Usage: urunj [global flags] COMMAND [flags] [arguments]

      The life of a container
        create ID        make a container from a bundle; its process waits for start
        start ID         start a created container
        run ID           create, start, wait and delete
        state ID         print its state as JSON
        kill ID [SIGNAL] TERM (the default) asks the guest to power down, KILL ends it
        delete ID        delete a stopped container and everything that was made for it

      Containers
        list             list all containers
        inspect ID       print the way between guest and world, and its first broken hop
        ps ID            list the processes of the monitor
        pause ID         freeze
        resume ID        thaw
        update ID        change limits
        events ID        print usage
        exec, checkpoint, restore   for containers without a unikernel
        gc               list what killed commands and dead machines left; --apply removes it

      Network namespaces, kept by name until they are removed
        netns create NAME      make one; prints its path
        netns pin NAME PATH    keep the one that PATH leads to now; prints its path
        netns verify NAME|PATH say what it is; fails if it must not be used
        netns list             list them
        netns remove NAME      let go of it

      Others
        spec, features, version, help

      Flags of create and run
        -b, --bundle DIR        the bundle, by default the working directory
        --pid-file FILE         where to write the process id
        --console-socket FILE   socket that receives the terminal
        --no-pivot, --no-new-keyring, --preserve-fds N
      Flags of run
        -d, --detach            return once it runs
        --keep                  do not delete it at the end
      Flags of other commands
        delete -f, --force      kill it first; an unknown id is no error
        kill -a, --all          accepted
        list -q, --quiet        ids only
        list, ps, gc -f, --format table|json
        inspect -f, --format text|json   exit status 2 when something is broken
        gc --apply              remove it
        netns list, verify --format table|json; list -q, --quiet
        netns remove -f, --force   an unknown name is no error

      Global flags
        --root DIR              state of containers, by default /run/urunj
        --log FILE              where to log, by default the standard error stream
        --log-format text|json
        --debug                 log more
        --systemd-cgroup        let systemd make cgroups
        --rootless auto|true|false   handed on to runc
        -h, --help; -v, --version\
      """;

  private Help() {}

  /// Lines, without a line break at the end.
  public static String text() {
    return TEXT;
  }
}
