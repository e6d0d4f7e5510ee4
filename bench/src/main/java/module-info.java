/// urunj's own code, timed. Nothing of the product uses it.
module dev.urunj.bench {
  requires static org.jspecify;
  requires dev.urunj.runtime;
}
