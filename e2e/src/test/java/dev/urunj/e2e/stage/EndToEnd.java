package dev.urunj.e2e.stage;

import dev.urunj.testkit.Needs;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// What every test with a guest needs.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Needs(
    root = true,
    programs = {"unshare", "nsenter", "ip", "tc", "curl", "gcc", "runc", "qemu-system-x86_64"},
    files = "/dev/net/tun")
public @interface EndToEnd {}
