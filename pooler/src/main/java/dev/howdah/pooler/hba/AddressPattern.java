package dev.howdah.pooler.hba;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** The address column of a rule. */
public sealed interface AddressPattern {

  /** The word {@code all}; also what {@code local} rules have. */
  record Anywhere() implements AddressPattern {}

  /** An address of this machine. */
  record SameHost() implements AddressPattern {}

  /** An address in a network that this machine is directly connected to. */
  record SameNet() implements AddressPattern {}

  /** An address range. */
  record Within(AddressRange range) implements AddressPattern {}

  /**
   * Whether a client comes from such an address.
   *
   * @param address null for a Unix-domain socket
   */
  default boolean matches(@Nullable InetAddress address, LocalNetworks networks) {
    return switch (this) {
      case Anywhere _ -> true;
      case SameHost _ ->
          address != null
              && networks.ranges().stream().anyMatch(range -> range.address().contains(address));
      case SameNet _ ->
          address != null && networks.ranges().stream().anyMatch(range -> range.contains(address));
      case Within(var range) -> address != null && range.contains(address);
    };
  }
}
