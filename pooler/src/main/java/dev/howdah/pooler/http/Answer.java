package dev.howdah.pooler.http;

import dev.howdah.pooler.json.JsonText;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a page answers.
 *
 * @param status as HTTP has them
 * @param contentType of the body
 * @param headers more of them
 * @param body what follows
 */
public record Answer(int status, String contentType, Map<String, String> headers, Body body) {
  private static final String PLAIN = "text/plain; charset=utf-8";
  private static final String JSON = "application/json";

  /** A text, or something that goes on for a while. */
  public sealed interface Body {

    /** All of it. */
    record Whole(String text) implements Body {}

    /** Written piece by piece, by the thread of the request. */
    non-sealed interface Stream extends Body {

      /** Writes until it is over, or the client is gone. */
      void writeTo(OutputStream out) throws IOException, InterruptedException;
    }
  }

  public Answer {
    headers = Map.copyOf(headers);
  }

  /** Text of a type, in UTF-8. */
  public static Answer of(int status, String contentType, String text) {
    return new Answer(status, contentType, Map.of(), new Body.Whole(text));
  }

  /** A sentence as plain text. */
  public static Answer of(int status, String sentence) {
    return of(status, PLAIN, sentence + "\n");
  }

  /** Maps, lists and values as JSON. */
  public static Answer json(int status, @Nullable Object value) {
    return of(status, JSON, JsonText.pretty(value) + "\n");
  }

  /** What went wrong, and what to do about it, as JSON. */
  public static Answer error(int status, String sentence, @Nullable String hint) {
    Map<String, @Nullable Object> error = new LinkedHashMap<>();
    error.put("error", sentence);
    if (hint != null) {
      error.put("hint", hint);
    }
    return json(status, error);
  }

  /** The same with one more header. */
  public Answer with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Answer(status, contentType, more, body);
  }

  /** The body, if it is one text; else nothing. */
  public String text() {
    return body instanceof Body.Whole(var text) ? text : "";
  }
}
