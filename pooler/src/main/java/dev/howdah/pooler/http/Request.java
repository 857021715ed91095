package dev.howdah.pooler.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What somebody asks for. Immutable.
 *
 * @param method such as GET
 * @param path without the parameters
 * @param parameters of the query string and of a form in the body; the last of a name counts
 * @param from who asks, for the log
 */
public record Request(String method, String path, Map<String, String> parameters, String from) {

  public Request {
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }

  /** A parameter; empty when it is not there, or holds nothing. */
  public Optional<String> parameter(String name) {
    return Optional.ofNullable(parameters.get(name)).filter(value -> !value.isEmpty());
  }

  /**
   * Adds what {@code a=1&b=2} holds.
   *
   * @throws IllegalArgumentException if it is not encoded as it has to be
   */
  static void decode(String form, Map<String, String> into) {
    for (String pair : form.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        into.put(decoded(name), decoded(value));
      }
    }
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
