/**
 * Password proofs: MD5 and SCRAM-SHA-256 for both roles, and the secrets they are checked against.
 */
@NullMarked
package dev.howdah.wire.auth;

import org.jspecify.annotations.NullMarked;
