/// What Knative's pods need to be told apart by.
@NullMarked
package dev.urunj.runtime.knative;

import org.jspecify.annotations.NullMarked;
