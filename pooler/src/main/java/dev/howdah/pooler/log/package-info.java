/** What log lines say of the connections they are about. */
@NullMarked
package dev.howdah.pooler.log;

import org.jspecify.annotations.NullMarked;
