/** The HTTP port for operators and their machines. */
@NullMarked
package dev.howdah.pooler.http;

import org.jspecify.annotations.NullMarked;
