package dev.howdah.pooler.client;

import dev.howdah.pooler.config.AuthType;
import dev.howdah.wire.auth.ScramKeys;
import org.jspecify.annotations.Nullable;

/**
 * Who a client has proven to be.
 *
 * @param method how; what was demanded when it began, whatever a reload has changed since
 * @param user what was known before
 * @param keys what a SCRAM proof revealed, good for logging in to a server with the same verifier;
 *     null without one
 * @param owner whether it is the operating system's user who runs this process, at the console
 */
record Proof(AuthType method, KnownUser user, @Nullable ScramKeys keys, boolean owner) {}
