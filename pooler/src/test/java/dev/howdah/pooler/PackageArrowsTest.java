package dev.howdah.pooler;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between the rooms of the pooler. */
@AnalyzeClasses(
    packages = "dev.howdah.pooler",
    importOptions = ImportOption.DoNotIncludeTests.class)
class PackageArrowsTest {
  private static final String POOLER = "dev.howdah.pooler.";

  @ArchTest
  static final ArchRule pools_and_routes_see_neither_sql_nor_clients =
      noClasses()
          .that()
          .resideInAnyPackage(POOLER + "pool..", POOLER + "route..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              POOLER + "client..",
              POOLER + "listen..",
              "dev.howdah.wire.frame..",
              "dev.howdah.wire.message..");

  @ArchTest
  static final ArchRule pools_do_not_see_routes =
      noClasses()
          .that()
          .resideInAPackage(POOLER + "pool..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(POOLER + "route..");

  @ArchTest
  static final ArchRule servers_see_neither_clients_nor_pools =
      noClasses()
          .that()
          .resideInAPackage(POOLER + "server..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(POOLER + "client..", POOLER + "pool..", POOLER + "route..");

  @ArchTest
  static final ArchRule reading_sql_needs_nothing_of_the_rest =
      noClasses()
          .that()
          .resideInAPackage(POOLER + "sql..")
          .should()
          .dependOnClassesThat()
          .resideOutsideOfPackages(
              POOLER + "sql..",
              "dev.howdah.wire.field..",
              "io.netty.buffer..",
              "java..",
              "org.jspecify..");

  @ArchTest
  static final ArchRule configuration_sees_nothing_of_the_rest =
      noClasses()
          .that()
          .resideInAPackage(POOLER + "config..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              POOLER + "client..",
              POOLER + "listen..",
              POOLER + "pool..",
              POOLER + "route..",
              POOLER + "server..",
              "io.netty..");

  @ArchTest
  static final ArchRule only_metrics_and_who_passes_them_on_see_their_library =
      noClasses()
          .that()
          .resideInAPackage(POOLER + "*..")
          .and()
          .resideOutsideOfPackage(POOLER + "metrics..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.micrometer..", "io.prometheus..");

  @ArchTest
  static final ArchRule only_the_start_sees_http_and_metrics =
      noClasses()
          .that()
          .resideInAPackage(POOLER + "*..")
          .and()
          .resideOutsideOfPackages(POOLER + "http..", POOLER + "metrics..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(POOLER + "http..", POOLER + "metrics..", "com.sun.net.httpserver..");
}
