/// Images, guests, monitors, the pod's network and the life of a container.
module dev.urunj.runtime {
  requires static org.jspecify;
  requires transitive dev.urunj.linux;
  requires transitive com.google.gson;

  exports dev.urunj.runtime.guest;
  exports dev.urunj.runtime.monitor;
  exports dev.urunj.runtime.oci;
}
