package dev.howdah.failover.lease;

/**
 * Who a process is.
 *
 * @param id its configured name, the same after a restart
 * @param bootId of this start, never used before
 * @param address where its HTTP port answers; empty when it has none
 */
public record ProcessIdentity(String id, String bootId, String address) {

  public ProcessIdentity {
    if (id.isEmpty() || id.indexOf('/') >= 0 || bootId.isEmpty() || bootId.indexOf('/') >= 0) {
      throw new IllegalArgumentException(
          "a process needs a name and a boot id without slashes, not " + id + " and " + bootId);
    }
  }
}
