package dev.howdah.pooler.config;

import dev.howdah.topology.SynchronousMode;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What makes this process a member of a cluster: where its truth is kept, how its nodes are
 * reached, and what holds in it at first.
 *
 * @param name of the cluster, which entries of {@code [databases]} name as well
 * @param processName of this process in logs and status; empty to make one of host and port
 * @param store where the truth is kept
 * @param controller whether this process may become the leader
 * @param nodeLogin who watches, promotes and fences nodes
 * @param replication what standbys log in with
 * @param initial settings of the whole cluster that are written when it is described first
 * @param hooks commands of the operator
 */
public record ClusterConfig(
    String name,
    String processName,
    Store store,
    boolean controller,
    NodeLogin nodeLogin,
    Replication replication,
    Initial initial,
    Hooks hooks) {

  /** Where the truth is kept. */
  public sealed interface Store {

    /** In this process alone, for demonstrations and tests. */
    record Memory() implements Store {}

    /**
     * In etcd.
     *
     * @param endpoints client URLs with a scheme, a host and a port
     * @param prefix before every key of this cluster, with a slash at its end
     * @param user absent where etcd asks for none
     * @param authorities who may have signed the members' certificates
     * @param certificate of this client, together with {@code key}
     */
    record Etcd(
        List<URI> endpoints,
        String prefix,
        Optional<String> user,
        Optional<String> password,
        Optional<Path> authorities,
        Optional<Path> certificate,
        Optional<Path> key)
        implements Store {

      public Etcd {
        endpoints = List.copyOf(endpoints);
      }

      /** Leaves the password out. */
      @Override
      public String toString() {
        return "etcd at " + endpoints + prefix;
      }
    }
  }

  /**
   * A role on the nodes.
   *
   * @param password absent when the nodes ask for none
   * @param database any database it may connect to
   * @param sslMode a word that libpq takes, such as {@code verify-full}
   * @param authorities who may have signed the nodes' certificates
   */
  public record NodeLogin(
      String user,
      Optional<String> password,
      String database,
      String sslMode,
      Optional<Path> authorities) {

    /** Leaves the password out. */
    @Override
    public String toString() {
      return user + " in " + database;
    }
  }

  /**
   * What {@code primary_conninfo} of a standby is made of, besides the node to follow.
   *
   * @param options further keywords and values, as they stand there
   */
  public record Replication(String user, Optional<String> password, String options) {

    /** Leaves the password out. */
    @Override
    public String toString() {
      return user;
    }
  }

  /** Written when the cluster is described first; from then on it is changed there. */
  public record Initial(
      SynchronousMode synchronousMode,
      int synchronousNodeCount,
      long maximumLagOnFailoverBytes,
      Duration minFailoverInterval,
      Duration writeLease) {

    public Initial {
      Checks.atLeast("synchronous_node_count", synchronousNodeCount, 1);
      Checks.notNegative("min_failover_interval", minFailoverInterval);
    }
  }

  /**
   * Commands run by a shell on the leader's host.
   *
   * @param rejoin makes a node a standby again
   * @param fence makes sure that nobody writes to a node
   * @param timeout how long either may take
   */
  public record Hooks(Optional<String> rejoin, Optional<String> fence, Duration timeout) {

    /** Leaves the commands out, which may hold secrets. */
    @Override
    public String toString() {
      return "Hooks[timeout=" + timeout + "]";
    }
  }
}
