/** Every message of protocol 3.0 and 3.2 as a record, named as in the docs ("Message Formats"). */
@NullMarked
package dev.howdah.wire.message;

import org.jspecify.annotations.NullMarked;
