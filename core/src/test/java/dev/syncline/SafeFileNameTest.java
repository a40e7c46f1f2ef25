package dev.syncline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SafeFileNameTest {

  @Test
  void keepsSimpleNames() {
    assertThat(SafeFileName.of("shop-to_dr2")).isEqualTo("shop-to_dr2");
  }

  @Test
  void keepsNamesApartThatFileSystemsTakeForOne() {
    List<String> names =
        List.of(
            "shop",
            "Shop",
            "SHOP",
            "a/b",
            "a%2fb",
            "..",
            ".",
            "a\\b",
            "\u00e4",
            "a\u0308",
            "a ",
            "a",
            "nul\u0000",
            "x".repeat(300),
            "x".repeat(301),
            "X".repeat(300));

    Set<String> folded =
        names.stream()
            .map(name -> SafeFileName.of(name).toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());

    assertThat(folded).hasSameSizeAs(names);
  }

  @Property
  void usesOnlySafeCharactersAndABoundedLength(@ForAll String name) {
    if (!name.isEmpty()) {
      assertThat(SafeFileName.of(name)).matches("[a-z0-9_%~-]{1,150}");
    }
  }

  @Test
  void refusesAnEmptyName() {
    assertThatThrownBy(() -> SafeFileName.of("")).isInstanceOf(IllegalArgumentException.class);
  }
}
