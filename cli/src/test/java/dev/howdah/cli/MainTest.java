package dev.howdah.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MainTest {

  @Test
  void the_configuration_may_stand_before_the_command() {
    assertThat(Main.configBehindCommand(new String[] {"-c", "a.ini", "pools", "-o", "json"}))
        .containsExactly("pools", "-c", "a.ini", "-o", "json");
    assertThat(Main.configBehindCommand(new String[] {"pools", "-c", "a.ini"}))
        .containsExactly("pools", "-c", "a.ini");
    assertThat(Main.configBehindCommand(new String[] {"-c", "a.ini"}))
        .containsExactly("-c", "a.ini");
  }
}
