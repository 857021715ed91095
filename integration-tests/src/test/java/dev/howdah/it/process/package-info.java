/**
 * The process of {@code howdah serve}, started by its launcher: signals, options, the service
 * manager.
 */
@NullMarked
package dev.howdah.it.process;

import org.jspecify.annotations.NullMarked;
