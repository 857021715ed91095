package dev.howdah.pooler.http;

/** What stands at one path. Asked on a virtual thread per request, so it may wait. */
@FunctionalInterface
public interface Page {

  /**
   * Makes the answer. {@link BadRequest} is answered by status 400 with its message; whatever else
   * is thrown is logged and answered by status 500.
   */
  Answer answer(Request request) throws Exception;

  /** The request cannot be understood; the message says what would be right. */
  final class BadRequest extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With a sentence. */
    public BadRequest(String message) {
      super(message, null, false, false);
    }
  }
}
