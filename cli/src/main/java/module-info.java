/// The `urunj` command.
module dev.urunj.cli {
  requires static org.jspecify;
  requires dev.urunj.runtime;
}
