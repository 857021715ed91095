/**
 * The data types that messages are made of (docs: "Message Data Types"), read with every length
 * checked.
 */
@NullMarked
package dev.howdah.wire.field;

import org.jspecify.annotations.NullMarked;
