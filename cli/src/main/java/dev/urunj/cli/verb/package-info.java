/// The verbs of the command line, one class each. A verb parses its words, calls the runtime and
/// prints what that returns; it ends nothing and starts nothing, but returns an [Outcome], which
/// the door (`dev.urunj.cli.Main`) carries out. It takes streams, environment and working directory
/// from the [dev.urunj.runtime.host.Caller].
@NullMarked
package dev.urunj.cli.verb;

import org.jspecify.annotations.NullMarked;
