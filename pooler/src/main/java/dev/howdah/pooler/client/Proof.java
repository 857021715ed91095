package dev.howdah.pooler.client;

import dev.howdah.wire.auth.ScramKeys;
import org.jspecify.annotations.Nullable;

/**
 * Who a client has proven to be.
 *
 * @param user what was known before
 * @param keys what a SCRAM proof revealed, good for logging in to a server with the same verifier;
 *     null without one
 * @param owner whether it is the operating system's user who runs this process, at the console
 */
record Proof(KnownUser user, @Nullable ScramKeys keys, boolean owner) {}
