package dev.syncline.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
  private @TempDir Path parent;

  @Test
  void deletesItselfOnClose() throws IOException {
    RunFolder run = RunFolder.create(parent, "mysql");
    Files.createDirectories(run.path().resolve("data/shop"));
    Files.createFile(run.path().resolve("data/shop/users.ibd"));

    run.close();

    assertThat(run.path()).doesNotExist();
    assertThat(parent).isDirectoryNotContaining("glob:**/*.lock");
  }

  @Test
  void deletesTheFolderOfADeadJvm() throws IOException {
    Path abandoned = Files.createDirectories(parent.resolve("mysql-0-123/data")).getParent();
    Path lock = Files.createFile(parent.resolve("mysql-0-123.lock"));

    RunFolder.create(parent, "mysql").close();

    assertThat(abandoned).doesNotExist();
    assertThat(lock).doesNotExist();
  }

  @Test
  void keepsItsOtherFoldersOfThisJvm() throws IOException {
    try (RunFolder first = RunFolder.create(parent, "mysql")) {
      RunFolder.create(parent, "mysql").close();

      assertThat(first.path()).isDirectory();
    }
  }
}
