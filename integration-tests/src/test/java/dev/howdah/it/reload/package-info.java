/** Configurations that change while clients work. */
@NullMarked
package dev.howdah.it.reload;

import org.jspecify.annotations.NullMarked;
