/** What the operating system offers and the JDK does not: signals, the service manager, syslog. */
@NullMarked
package dev.howdah.cli.system;

import org.jspecify.annotations.NullMarked;
