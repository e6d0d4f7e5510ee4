/// Images, guests, monitors, the pod's network and the life of a container.
module dev.urunj.runtime {
  requires static org.jspecify;
  requires transitive dev.urunj.linux;
  requires transitive com.google.gson;
  requires com.electronwill.nightconfig.core;
  requires com.electronwill.nightconfig.toml;

  exports dev.urunj.runtime.config;
  exports dev.urunj.runtime.image;
  exports dev.urunj.runtime.oci;
}
