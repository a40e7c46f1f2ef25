package dev.syncline.testkit.server;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTest {
  @Test
  void acceptsLinuxOnX86() {
    Platform.requireLinuxOnX86("Linux", "amd64");
  }

  @ParameterizedTest
  @CsvSource({"Mac OS X,aarch64", "Linux,aarch64", "Windows 11,amd64"})
  void refusesAnyOtherAndSaysWhatToDo(String system, String architecture) {
    assertThatThrownBy(() -> Platform.requireLinuxOnX86(system, architecture))
        .isInstanceOf(ServerException.class)
        .hasMessageContaining("'" + system + "' with '" + architecture + "'")
        .hasMessageContaining("-Dsyncline.servers=docker");
  }
}
