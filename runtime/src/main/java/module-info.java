/// Images, guests, monitors, the pod's network and the life of a container.
module dev.urunj.runtime {
  requires static org.jspecify;
  requires transitive dev.urunj.linux;
  requires transitive com.google.gson;
  requires com.electronwill.nightconfig.core;
  requires com.electronwill.nightconfig.toml;

  exports dev.urunj.runtime.boot;
  exports dev.urunj.runtime.config;
  exports dev.urunj.runtime.container;
  exports dev.urunj.runtime.failure;
  exports dev.urunj.runtime.host;
  exports dev.urunj.runtime.image;
  exports dev.urunj.runtime.inspect;
  exports dev.urunj.runtime.knative;
  exports dev.urunj.runtime.lifecycle;
  exports dev.urunj.runtime.lowlevel;
  exports dev.urunj.runtime.netns;
  exports dev.urunj.runtime.network;
  exports dev.urunj.runtime.network.redirect;
  exports dev.urunj.runtime.oci;
  exports dev.urunj.runtime.pod;
  exports dev.urunj.runtime.recovery;
  exports dev.urunj.runtime.registry;
  exports dev.urunj.runtime.state;
}
