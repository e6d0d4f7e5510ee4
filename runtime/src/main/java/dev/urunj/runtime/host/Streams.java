package dev.urunj.runtime.host;

import java.io.InputStream;
import java.io.PrintStream;

/// The standard streams of a caller. They stay the caller's: a command writes to them and never
/// closes them.
public record Streams(InputStream in, PrintStream out, PrintStream err) {}
