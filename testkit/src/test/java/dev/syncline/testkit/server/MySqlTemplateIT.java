package dev.syncline.testkit.server;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MySqlTemplateIT {
  private @TempDir Path folder;

  @Test
  void showsTheLogWhenADataDirectoryCannotBeMade() throws IOException {
    MySqlRelease release = MySqlRelease.MYSQL_8_0;
    MySqlInstallation installation = MySqlInstallation.of(release, ServerCache.open());
    Map<String, String> nonsense =
        Map.of("innodb_data_file_path", "--innodb_data_file_path=nonsense");
    MySqlOptions options = MySqlOptions.of(release, 1, nonsense);

    assertThatThrownBy(() -> MySqlTemplate.copy(installation, options, folder.resolve("data")))
        .isInstanceOf(ServerException.class)
        .hasMessageContaining("Cannot make a data directory of MySQL 8.0.31")
        .hasMessageContaining("innodb_data_file_path");
  }
}
