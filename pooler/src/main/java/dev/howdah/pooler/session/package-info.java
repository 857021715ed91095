/**
 * What a client's statements leave behind in its session, so that transaction pooling can take it
 * along or keep the server connection for it.
 */
@NullMarked
package dev.howdah.pooler.session;

import org.jspecify.annotations.NullMarked;
