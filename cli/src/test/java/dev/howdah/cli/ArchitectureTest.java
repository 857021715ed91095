package dev.howdah.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between the modules. A rule also holds for a module that has no classes yet. */
@AnalyzeClasses(packages = "dev.howdah", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String TOPOLOGY = "dev.howdah.topology..";
  private static final String WIRE = "dev.howdah.wire..";
  private static final String POOLER = "dev.howdah.pooler..";
  private static final String FAILOVER = "dev.howdah.failover..";
  private static final String CLI = "dev.howdah.cli..";
  private static final String[] JDBC = {"java.sql..", "javax.sql..", "org.postgresql.."};

  @ArchTest
  static final ArchRule topology_knows_nothing_else =
      noClasses()
          .that()
          .resideInAPackage(TOPOLOGY)
          .should()
          .dependOnClassesThat()
          .resideOutsideOfPackages(TOPOLOGY, "java.lang..", "java.util..", "org.jspecify..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule wire_protocol_sees_no_other_module =
      noClasses()
          .that()
          .resideInAPackage(WIRE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(TOPOLOGY, POOLER, FAILOVER, CLI)
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule wire_protocol_sees_no_sockets =
      noClasses()
          .that()
          .resideInAPackage(WIRE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.net..", "java.nio.channels..", "io.netty.channel..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule pooler_does_not_see_failover =
      noClasses()
          .that()
          .resideInAPackage(POOLER)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(FAILOVER, CLI)
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule pooler_sees_neither_jdbc_nor_etcd =
      noClasses()
          .that()
          .resideInAPackage(POOLER)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(JDBC)
          .orShould()
          .dependOnClassesThat()
          .resideInAnyPackage("io.etcd..", "io.grpc..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule failover_sees_neither_netty_nor_pooler =
      noClasses()
          .that()
          .resideInAPackage(FAILOVER)
          // The etcd client takes its TLS settings in a class of Netty's.
          .and()
          .doNotHaveSimpleName("EtcdTls")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.netty..", POOLER, WIRE, CLI)
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule command_line_sees_no_protocol_bytes =
      noClasses()
          .that()
          .resideInAPackage(CLI)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(WIRE, "io.netty..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule pooler_never_sleeps =
      noClasses()
          .that()
          .resideInAnyPackage(POOLER, WIRE)
          .should()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .callMethod(Thread.class, "sleep", long.class, int.class)
          .orShould()
          .callMethod(Thread.class, "sleep", java.time.Duration.class)
          .allowEmptyShould(true);
}
