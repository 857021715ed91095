package dev.howdah.pooler.client;

import dev.howdah.pooler.hba.IdentMaps;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.error.SqlState;
import io.netty.channel.Channel;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the operating system who is at the other end of a Unix-domain socket. */
final class PeerCheck {
  private static final Logger LOG = LoggerFactory.getLogger(PeerCheck.class);

  private final AuthDemand demand;
  private final IdentMaps maps;

  PeerCheck(AuthDemand demand, IdentMaps maps) {
    this.demand = demand;
    this.maps = maps;
  }

  /**
   * Looks who it is. Not on an event loop, it may take a while.
   *
   * @throws PoolerException 28000 if that is not somebody who may be this user
   */
  void check(Channel channel, KnownUser user) {
    Optional<String> name = PeerUser.idOf(channel).flatMap(PeerUser::name);
    boolean allowed =
        name.isPresent() && user.exists() && maps.allows(demand.map(), name.get(), user.name());
    if (!allowed) {
      LOG.info(
          "peer authentication failed: operating system user {} may not be {}",
          name.orElse("unknown"),
          user.name());
      throw PoolerException.of(
          ErrorFields.fatal(
              SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
              "Peer authentication failed for user \"" + user.name() + "\""));
    }
  }
}
