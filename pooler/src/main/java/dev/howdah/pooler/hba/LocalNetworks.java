package dev.howdah.pooler.hba;

import java.io.UncheckedIOException;
import java.util.List;

/**
 * The addresses of this machine, for {@code samehost} and {@code samenet}. Safe for all threads.
 */
public interface LocalNetworks {

  /**
   * Each address of each network interface, with the mask of its network.
   *
   * @throws UncheckedIOException if the operating system does not tell
   */
  List<AddressRange> ranges();

  /**
   * Those of the machine we run on. Addresses come and go (a virtual address that moves at a
   * failover), so they are asked for again when the last answer is older than a second.
   */
  static LocalNetworks ofThisMachine() {
    return InterfaceNetworks.INSTANCE;
  }
}
