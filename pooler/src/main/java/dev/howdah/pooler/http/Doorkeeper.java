package dev.howdah.pooler.http;

import dev.howdah.pooler.config.HttpConfig;
import dev.howdah.pooler.config.HttpConfig.ReadAccess;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may have a page. Orders need the token as a bearer token (RFC 6750). A browser may
 * show it as the password of any user as well (RFC 7617), but only to look: what a browser
 * remembers, other sites could make it use. Safe for all threads.
 */
final class Doorkeeper {
  private static final String BEARER = "bearer ";
  private static final String BASIC = "basic ";

  private final Supplier<HttpConfig> config;

  Doorkeeper(Supplier<HttpConfig> config) {
    this.config = config;
  }

  /**
   * What to answer instead; empty when the page may be had.
   *
   * @param authorization the header; null when there is none
   */
  Optional<Answer> refusal(Route route, @Nullable String authorization) {
    Optional<String> token = config.get().token();
    return switch (route.access()) {
      case EVERYBODY -> Optional.empty();
      case READERS ->
          config.get().readAccess() == ReadAccess.OPEN
                  || matches(token, bearer(authorization))
                  || matches(token, password(authorization))
              ? Optional.empty()
              : Optional.of(refused(authorization, "Basic realm=\"howdah\", charset=\"UTF-8\""));
      case OPERATORS -> {
        if (token.isEmpty()) {
          yield Optional.of(
              Answer.error(
                  403,
                  "this pooler takes no orders here",
                  "Set token in [http] and reload, or use the admin console."));
        }
        yield matches(token, bearer(authorization))
            ? Optional.empty()
            : Optional.of(refused(authorization, "Bearer realm=\"howdah\""));
      }
    };
  }

  private static Answer refused(@Nullable String authorization, String challenge) {
    String sentence = authorization == null ? "this needs the token" : "this is not the token";
    return Answer.error(
            401, sentence, "Send the header Authorization: Bearer TOKEN, with token of [http].")
        .with("WWW-Authenticate", challenge);
  }

  private static boolean matches(Optional<String> token, String shown) {
    return token.isPresent()
        && MessageDigest.isEqual(
            token.get().getBytes(StandardCharsets.UTF_8), shown.getBytes(StandardCharsets.UTF_8));
  }

  private static String bearer(@Nullable String authorization) {
    return after(BEARER, authorization);
  }

  private static String password(@Nullable String authorization) {
    String encoded = after(BASIC, authorization);
    try {
      String pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
      return pair.substring(pair.indexOf(':') + 1);
    } catch (IllegalArgumentException e) {
      return ""; // not base64: no password
    }
  }

  private static String after(String scheme, @Nullable String authorization) {
    return authorization != null && authorization.regionMatches(true, 0, scheme, 0, scheme.length())
        ? authorization.substring(scheme.length()).strip()
        : "";
  }
}
