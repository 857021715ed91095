/** JSON (RFC 8259) for what operators and their machines read: written here, small and strict. */
@NullMarked
package dev.howdah.pooler.json;

import org.jspecify.annotations.NullMarked;
