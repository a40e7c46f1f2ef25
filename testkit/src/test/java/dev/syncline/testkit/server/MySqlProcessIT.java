package dev.syncline.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.PrimitiveIterator;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class MySqlProcessIT {
  @ParameterizedTest
  @EachRelease
  void triesAnotherPortWhenAServerWasQuicker(MySqlRelease release) {
    try (MySqlProcess quicker = prepare(release, LoopbackPort::free)) {
      int taken = quicker.start().port();
      PrimitiveIterator.OfInt candidates = IntStream.of(taken, LoopbackPort.free()).iterator();

      try (MySqlProcess server = prepare(release, candidates::nextInt)) {
        int port = server.start().port();

        assertThat(candidates.hasNext()).isFalse();
        assertThat(port).isNotEqualTo(taken);
        assertThat(MySqlGreeting.read("127.0.0.1", port)).isPresent();
      }
    }
  }

  @Test
  void givesUpWhenEveryPortIsTaken() {
    try (MySqlProcess quicker = prepare(MySqlRelease.MARIADB_10_11, LoopbackPort::free)) {
      int taken = quicker.start().port();

      try (MySqlProcess server = prepare(MySqlRelease.MARIADB_10_11, () -> taken)) {
        assertThatThrownBy(server::start)
            .isInstanceOf(ServerException.class)
            .hasMessage(
                "Cannot start server 'ports' (MariaDB 10.11.5): the last 5 ports tried were"
                    + " taken.");
      }
    }
  }

  private static MySqlProcess prepare(MySqlRelease release, IntSupplier ports) {
    return MySqlProcess.prepare("ports", release, MySqlOptions.of(release, 1, Map.of()), ports);
  }
}
