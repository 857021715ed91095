/** The application's side: login, the session, and what happens when it goes. */
@NullMarked
package dev.howdah.pooler.client;

import org.jspecify.annotations.NullMarked;
