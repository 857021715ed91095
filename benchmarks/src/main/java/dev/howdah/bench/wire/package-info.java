/** What the protocol code costs by itself, in time and in garbage, without sockets. */
@NullMarked
package dev.howdah.bench.wire;

import org.jspecify.annotations.NullMarked;
