package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A build for some releases runs the servers of all of these, and not of one for another. */
class SelectedIT {

  @Test
  @Tag(EachRelease.TAG)
  void eachReleaseIsWhatItSaysToBe() throws Exception {
    for (MySqlRelease release : MySqlRelease.selected()) {
      try (Connection connection = MySqlServer.shared(release).connect()) {
        assertThat(SinkFixture.ask(connection, "SELECT VERSION()"))
            .singleElement()
            .asString()
            .startsWith(release.version());
      }
    }
  }
}
