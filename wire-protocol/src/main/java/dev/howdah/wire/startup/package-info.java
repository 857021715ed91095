/** The packets without a type byte that open a connection, from either side (docs: "Start-up"). */
@NullMarked
package dev.howdah.wire.startup;

import org.jspecify.annotations.NullMarked;
