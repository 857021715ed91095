package dev.howdah.pooler.config;

import dev.howdah.pooler.hba.HbaOptions.ClientCertificate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Warns of what is allowed but probably not what the operator thinks. */
final class Advice {

  private final PoolerConfig config;
  private final Path file;
  private final Findings findings;

  Advice(PoolerConfig config, Path file, Findings findings) {
    this.config = config;
    this.file = file;
    this.findings = findings;
  }

  void give() {
    if (config.clientTls().material().authorities().isEmpty() && asksForCertificates()) {
      warn(
          "auth_hba_file asks for client certificates, and nobody can show one, because"
              + " client_tls_sslmode is disable or client_tls_ca_file is not set");
    }
    adviseOnUsers();
    adviseOnLookUps();
    adviseOnPeers();
  }

  private void adviseOnPeers() {
    PeeringConfig peering = config.peering();
    if (!peering.isOn() && !peering.peers().isEmpty()) {
      warn("[peers] has no effect, because peer_id is not set");
    } else if (!peering.isOn() && config.listen().reusePort()) {
      warn(
          "so_reuseport is 1 and peer_id is not set: if other processes listen on the same port,"
              + " cancel requests that land on the wrong one do nothing");
    }
  }

  private void adviseOnUsers() {
    AuthType type = config.auth().type();
    if (type.needsUsers() && config.auth().file().isEmpty() && !looksUsersUp()) {
      warn("auth_file is not set, so no user can log in with auth_type " + type.word());
    }
    if (type == AuthType.PEER && !config.listen().addresses().isEmpty()) {
      warn(
          "listen_addr is set, but with auth_type peer nobody can log in over TCP; use auth_type"
              + " hba to treat Unix-domain sockets and TCP differently");
    }
    if (type == AuthType.ANY) {
      for (DatabaseConfig database : entries()) {
        if (database.user().isEmpty()) {
          warn(
              "database "
                  + database.name()
                  + " cannot be used with auth_type any, because its entry names no user");
        }
      }
    }
  }

  private boolean looksUsersUp() {
    return config.auth().query().user().isPresent()
        || entries().stream().anyMatch(database -> database.authQuery().user().isPresent());
  }

  private void adviseOnLookUps() {
    for (DatabaseConfig database : entries()) {
      AuthQuery query = database.authQuery().orElse(config.auth().query());
      if (query.user().isEmpty()) {
        continue;
      }
      query
          .database()
          .filter(name -> config.database(name).isEmpty())
          .ifPresent(name ->
              warn(
                  "auth_dbname "
                      + name
                      + " is not in [databases], so users of database "
                      + database.name()
                      + " cannot be looked up"));
      if (!query.sql().orElse("").contains("$1")) {
        warn(
            "auth_query of database "
                + database.name()
                + " does not ask for $1, the user's name, and cannot work");
      }
    }
  }

  private List<DatabaseConfig> entries() {
    List<DatabaseConfig> all = new ArrayList<>(config.databases().values());
    DatabaseConfig fallback = config.fallbackDatabase();
    if (fallback != null) {
      all.add(fallback);
    }
    return all;
  }

  private boolean asksForCertificates() {
    return config.auth().hba().rules().rules().stream()
        .anyMatch(rule -> rule.options().clientCertificate() != ClientCertificate.NOT_NEEDED);
  }

  private void warn(String sentence) {
    findings.warning(file + ": " + sentence);
  }
}
