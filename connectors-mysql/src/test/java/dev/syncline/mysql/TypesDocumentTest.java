package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.mysql.NativeType.Base;
import dev.syncline.mysql.TypeSamples.Sample;
import dev.syncline.testkit.server.MySqlRelease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of types in the documents names each type that is known, and each has its samples. */
class TypesDocumentTest {

  /** In other words: where the driver or a newer server has another name for one that is there. */
  private static final EnumSet<Base> OTHER_NAMES = EnumSet.of(Base.GEOMCOLLECTION);

  @Test
  void tableHasEachTypeWithItsForm() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("../docs/connectors/mysql-types.md"));
    for (Base base : Base.values()) {
      List<String> forms =
          lines.stream()
              .filter(line -> line.startsWith("| "))
              .map(line -> line.substring(2).split(" \\|", -1))
              .filter(cells -> names(cells[0], base))
              .map(cells -> cells[1].strip())
              .distinct()
              .toList();
      assertThat(forms).as("%s", base).contains("`" + base.kind() + "`");
    }
  }

  private static boolean names(String cell, Base base) {
    return Arrays.asList(cell.split("[^A-Z]+", -1)).contains(base.name());
  }

  @Test
  void eachTypeHasSamples() {
    List<String> types =
        Stream.of(MySqlRelease.values())
            .flatMap(release -> TypeSamples.of(release).stream())
            .map(Sample::type)
            .map(type -> type.toUpperCase(Locale.ROOT).split("[^A-Z]", 2)[0])
            .distinct()
            .toList();
    for (Base base : EnumSet.complementOf(OTHER_NAMES)) {
      assertThat(types).contains(base.name());
    }
  }
}
