package dev.howdah.pooler.server;

import dev.howdah.pooler.config.DnsConfig;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Looks host names up with the system's resolver, off the event loops, and remembers the answers
 * for {@code dns_max_ttl}, and failures for {@code dns_nxdomain_ttl}. Safe for all threads.
 */
public final class HostResolver {
  private final Executor executor;
  private final Supplier<DnsConfig> config;
  private final LongSupplier clock;
  private final ConcurrentMap<String, Answer> answers = new ConcurrentHashMap<>();

  /**
   * A name that was looked up.
   *
   * @param ttlSeconds until it is looked up again
   * @param addresses empty while they are not known
   */
  public record KnownHost(String name, long ttlSeconds, List<InetAddress> addresses) {}

  private record Answer(CompletableFuture<List<InetAddress>> addresses, long askedAtNanos) {}

  /**
   * A resolver with an empty memory.
   *
   * @param executor where look-ups may block
   * @param config asked each time: how long answers are kept
   * @param clock monotonic nanoseconds
   */
  public HostResolver(Executor executor, Supplier<DnsConfig> config, LongSupplier clock) {
    this.executor = executor;
    this.config = config;
    this.clock = clock;
  }

  /** The host's addresses, at least one; fails with {@link UnknownHostException} inside. */
  public CompletionStage<List<InetAddress>> resolve(String host) {
    byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
    if (literal != null) {
      try {
        return CompletableFuture.completedFuture(List.of(InetAddress.getByAddress(host, literal)));
      } catch (UnknownHostException e) {
        return CompletableFuture.failedFuture(e);
      }
    }
    return current(host).addresses;
  }

  /**
   * Whether a connection still goes to one of its host's addresses, as far as they are known. Asks
   * again in the background when the answer is old.
   */
  public boolean isCurrent(ServerIdentity server) {
    String host = server.endpoint().host();
    if (!(server.address() instanceof InetSocketAddress address)
        || NetUtil.isValidIpV4Address(host)
        || NetUtil.isValidIpV6Address(host)) {
      return true;
    }
    CompletableFuture<List<InetAddress>> addresses = current(host).addresses;
    return !addresses.isDone()
        || addresses.isCompletedExceptionally()
        || addresses.join().contains(address.getAddress());
  }

  /** What it remembers, in no order. */
  public List<KnownHost> known() {
    long now = clock.getAsLong();
    List<KnownHost> hosts = new ArrayList<>();
    answers.forEach((name, answer) -> {
      boolean failed = answer.addresses.isCompletedExceptionally();
      long leftNanos = ttlNanos(answer) - (now - answer.askedAtNanos);
      hosts.add(
          new KnownHost(
              name,
              Math.max(0, TimeUnit.NANOSECONDS.toSeconds(leftNanos)),
              failed ? List.of() : answer.addresses.getNow(List.of())));
    });
    return hosts;
  }

  private Answer current(String host) {
    long now = clock.getAsLong();
    Answer known = answers.get(host);
    if (known != null && now - known.askedAtNanos < ttlNanos(known)) {
      return known;
    }
    Answer fresh = new Answer(CompletableFuture.supplyAsync(() -> lookUp(host), executor), now);
    answers.put(host, fresh);
    return fresh;
  }

  private long ttlNanos(Answer answer) {
    DnsConfig dns = config.get();
    boolean failed = answer.addresses.isCompletedExceptionally();
    return (failed ? dns.failureTtl() : dns.maxTtl()).toNanos();
  }

  private static List<InetAddress> lookUp(String host) {
    try {
      return List.of(InetAddress.getAllByName(host));
    } catch (UnknownHostException e) {
      throw new CompletionException(e);
    }
  }
}
