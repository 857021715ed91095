package dev.howdah.failover.record;

/** A record in the coordination store that this version cannot understand. */
public final class UnreadableRecordException extends RuntimeException {

  private UnreadableRecordException(String message) {
    super(message, null, false, false);
  }

  static UnreadableRecordException newer(String key, int format, int known) {
    return new UnreadableRecordException(
        key
            + " was written by a newer version of Howdah (format "
            + format
            + ", this one knows up to "
            + known
            + "): upgrade this process before it joins the cluster");
  }

  static UnreadableRecordException malformed(String key, String problem) {
    return new UnreadableRecordException(
        key + " in the coordination store is not a record of Howdah: " + problem);
  }
}
