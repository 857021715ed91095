/**
 * LISTEN and NOTIFY for clients that have no server connection of their own: one connection of each
 * pool listens for all of them ({@link dev.howdah.pooler.notify.Listener}).
 */
@NullMarked
package dev.howdah.pooler.notify;

import org.jspecify.annotations.NullMarked;
