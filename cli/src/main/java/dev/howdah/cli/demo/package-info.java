/** A shop on a primary and a standby of our own, with a few hundred customers behind the pooler. */
@NullMarked
package dev.howdah.cli.demo;

import org.jspecify.annotations.NullMarked;
