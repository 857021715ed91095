/** What is behind the commands of the cluster: where to ask, what to show, how to wait. */
@NullMarked
package dev.howdah.cli.cluster;

import org.jspecify.annotations.NullMarked;
