/** What people and programs may read and change of a cluster, with the rules for doing so. */
@NullMarked
package dev.howdah.failover.operate;

import org.jspecify.annotations.NullMarked;
