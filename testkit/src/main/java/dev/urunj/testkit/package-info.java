/// Conditions, namespaces and leak checks for tests.
@NullMarked
package dev.urunj.testkit;

import org.jspecify.annotations.NullMarked;
