package dev.howdah.pooler.hba;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.howdah.pooler.hba.ConnectionFacts.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The texts are those of PostgreSQL's authentication code. */
class RefusalTextTest {

  private static final HbaRules REJECTING =
      new HbaRules(
          List.of(
              rule(RecordType.HOST, new NamePattern.Everything()),
              rule(RecordType.LOCAL, new NamePattern.PhysicalReplication())));

  @Test
  void without_an_entry_the_client_reads_who_it_was_taken_for() {
    assertThat(messageOf(HbaRules.NONE, tcp("10.1.2.3", false)))
        .isEqualTo(
            "no pg_hba.conf entry for host \"10.1.2.3\", user \"app\", database \"erp\","
                + " no encryption");
    assertThat(messageOf(HbaRules.NONE, tcp("fd00::1", true)))
        .isEqualTo(
            "no pg_hba.conf entry for host \"fd00::1\", user \"app\", database \"erp\","
                + " SSL encryption");
    assertThat(messageOf(HbaRules.NONE, ConnectionFacts.local("erp", "app")))
        .isEqualTo(
            "no pg_hba.conf entry for host \"[local]\", user \"app\", database \"erp\","
                + " no encryption");
    assertThat(messageOf(HbaRules.NONE, tcp("10.1.2.3", true).replicating()))
        .isEqualTo(
            "no pg_hba.conf entry for replication connection from host \"10.1.2.3\","
                + " user \"app\", SSL encryption");
  }

  @Test
  void a_rejection_is_told_apart() {
    assertThat(messageOf(REJECTING, tcp("10.1.2.3", false)))
        .isEqualTo(
            "pg_hba.conf rejects connection for host \"10.1.2.3\", user \"app\","
                + " database \"erp\", no encryption");
    assertThat(messageOf(REJECTING, ConnectionFacts.local("erp", "app").replicating()))
        .isEqualTo(
            "pg_hba.conf rejects replication connection for host \"[local]\", user \"app\","
                + " no encryption");
  }

  @Test
  void in_doubt_the_client_is_refused_although_a_later_rule_would_let_it_in() {
    var rules =
        new HbaRules(
            List.of(
                with(new AddressPattern.SameNet(), HbaMethod.REJECT),
                with(new AddressPattern.Anywhere(), HbaMethod.TRUST)));
    LocalNetworks broken =
        () -> {
          throw new UncheckedIOException("no interfaces", new IOException());
        };

    assertThat(rules.match(tcp("10.1.2.3", false), broken))
        .isEqualTo(
            new Verdict.Refuse(
                "pg_hba.conf line 7 cannot be decided: no interfaces", Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({
    "::1, ::1",
    "::, ::",
    "fe80:0:0:0:1:0:0:2, fe80::1:0:0:2",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "1:0:0:2:0:0:0:3, 1:0:0:2::3",
    "1:2:3:4:5:6:0:0, 1:2:3:4:5:6::",
    "0:0:3:4:5:6:7:ABCD, ::3:4:5:6:7:abcd",
    "::ffff:10.0.0.1, 10.0.0.1",
    "10.0.0.1, 10.0.0.1"
  })
  void addresses_are_written_as_postgresql_writes_them(String address, String text) {
    assertThat(tcp(address, false).origin()).isEqualTo(text);
  }

  @Test
  void an_ipv4_client_on_a_socket_for_both_families_cannot_slip_past_an_ipv4_rule()
      throws UnknownHostException {
    byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 0, 0, 1};
    InetAddress reported = Inet6Address.getByAddress(null, mapped, -1);
    assertThat(reported).isInstanceOf(Inet6Address.class);

    var facts = ConnectionFacts.tcp(reported, false, "erp", "app");

    assertThat(facts.origin()).isEqualTo("10.0.0.1");
    assertThat(
            new HbaRules(
                    List.of(
                        with(
                            new AddressPattern.Within(AddressRange.parse("10.0.0.0/8")),
                            HbaMethod.TRUST)))
                .match(facts))
        .isInstanceOf(Verdict.Prove.class);
  }

  @Test
  void an_address_belongs_to_tcp_and_only_to_it() {
    assertThatThrownBy(() -> new ConnectionFacts(Transport.TCP, false, null, "erp", "app", false))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void this_machine_has_networks_and_a_client_from_its_own_address_is_the_same_host() {
    assertThat(LocalNetworks.ofThisMachine().ranges())
        .anyMatch(range -> range.contains(InetAddress.ofLiteral("127.0.0.1")));
    assertThat(
            new HbaRules(List.of(with(new AddressPattern.SameHost(), HbaMethod.TRUST)))
                .match(tcp("127.0.0.1", false)))
        .isInstanceOf(Verdict.Prove.class);
  }

  private static String messageOf(HbaRules rules, ConnectionFacts facts) {
    return ((Verdict.Refuse) rules.match(facts)).message();
  }

  private static ConnectionFacts tcp(String address, boolean tls) {
    return ConnectionFacts.tcp(InetAddress.ofLiteral(address), tls, "erp", "app");
  }

  private static HbaRule rule(RecordType type, NamePattern database) {
    return new HbaRule(
        type,
        List.of(database),
        List.of(new NamePattern.Everything()),
        new AddressPattern.Anywhere(),
        HbaMethod.REJECT,
        HbaOptions.NONE,
        Path.of("pg_hba.conf"),
        7);
  }

  private static HbaRule with(AddressPattern address, HbaMethod method) {
    return new HbaRule(
        RecordType.HOST,
        List.of(new NamePattern.Everything()),
        List.of(new NamePattern.Everything()),
        address,
        method,
        HbaOptions.NONE,
        Path.of("pg_hba.conf"),
        7);
  }
}
