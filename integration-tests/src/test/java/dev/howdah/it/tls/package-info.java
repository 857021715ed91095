/** Encryption towards clients and towards servers, with real ones on both ends. */
@NullMarked
package dev.howdah.it.tls;

import org.jspecify.annotations.NullMarked;
