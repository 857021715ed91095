package dev.howdah.pooler.http;

/**
 * A page, and who may have it by which method.
 *
 * @param access who may
 * @param page what they get
 */
public record Route(Access access, Page page) {

  /** Who may ask. */
  public enum Access {
    /** Everybody, by GET and HEAD. */
    EVERYBODY,
    /**
     * By GET and HEAD whoever may look: everybody, or with {@code read_access = token} only some.
     */
    READERS,
    /** By POST whoever shows the token. */
    OPERATORS
  }

  /** For everybody. */
  public static Route open(Page page) {
    return new Route(Access.EVERYBODY, page);
  }

  /** For those who may look. */
  public static Route read(Page page) {
    return new Route(Access.READERS, page);
  }

  /** For those who may give orders. */
  public static Route order(Page page) {
    return new Route(Access.OPERATORS, page);
  }

  /** The methods it takes, as the header Allow has them. */
  String methods() {
    return access == Access.OPERATORS ? "POST" : "GET, HEAD, OPTIONS";
  }

  boolean takes(String method) {
    return switch (access) {
      case OPERATORS -> method.equals("POST");
      case EVERYBODY, READERS ->
          method.equals("GET") || method.equals("HEAD") || method.equals("OPTIONS");
    };
  }
}
