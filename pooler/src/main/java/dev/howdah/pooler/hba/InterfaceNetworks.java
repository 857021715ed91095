package dev.howdah.pooler.hba;

import java.io.UncheckedIOException;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks the operating system, at most once a second: logins come in bursts. */
final class InterfaceNetworks implements LocalNetworks {

  static final InterfaceNetworks INSTANCE = new InterfaceNetworks();

  private static final long FRESH_NANOS = 1_000_000_000L;

  private record Answer(List<AddressRange> ranges, long atNanos) {}

  private volatile @Nullable Answer last;

  private InterfaceNetworks() {}

  @Override
  public List<AddressRange> ranges() {
    long now = System.nanoTime();
    Answer known = last;
    if (known == null || now - known.atNanos() > FRESH_NANOS) {
      known = new Answer(ask(), now);
      last = known;
    }
    return known.ranges();
  }

  private static List<AddressRange> ask() {
    List<AddressRange> ranges = new ArrayList<>();
    try {
      for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
        for (InterfaceAddress address : each.getInterfaceAddresses()) {
          int bits = address.getNetworkPrefixLength();
          // Tunnels may have no mask; that must not make the whole world a neighbour.
          ranges.add(
              bits > 0
                  ? AddressRange.of(address.getAddress(), bits)
                  : AddressRange.single(address.getAddress()));
        }
      }
    } catch (SocketException e) {
      throw new UncheckedIOException("network interfaces cannot be listed", e);
    }
    return List.copyOf(ranges);
  }
}
