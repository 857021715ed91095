package dev.howdah.pooler.http;

/** What stands at one path. Asked on a virtual thread per request, so it may wait. */
@FunctionalInterface
public interface Page {

  /** Makes the answer; whatever is thrown is logged and answered by status 500. */
  Answer answer() throws Exception;

  /** An answer in plain text. */
  record Answer(int status, String contentType, String text) {
    private static final String PLAIN = "text/plain; charset=utf-8";

    /** A sentence as plain text. */
    public static Answer of(int status, String sentence) {
      return new Answer(status, PLAIN, sentence + "\n");
    }
  }
}
