package dev.syncline.mysql;

import dev.syncline.mysql.FilterType.Labels;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Labels of ENUM and SET columns in a condition. Which labels a string equals is up to a collation;
 * it is certain where labels differ under all of them.
 */
final class FilterLabels {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]*[A-Za-z0-9]");

  private FilterLabels() {}

  /**
   * Checks that exactly those values equal a text that are the same.
   *
   * @throws FilterException if that is not certain
   */
  static void check(Labels type, String text) {
    boolean isSet = type.base().equals("SET");
    List<String> wanted = isSet ? List.of(text.split(",", -1)) : List.of(text);
    int last = -1;
    for (String label : wanted) {
      int place = type.labels().indexOf(label);
      if (place < 0) {
        throw new FilterException(
            "'%s' is no label of the column, in upper and lower case as declared."
                .formatted(label));
      }
      if (place <= last) {
        throw new FilterException(
            "The labels in '%s' do not stand in the order in which they are declared."
                .formatted(text));
      }
      last = place;
    }
    Set<String> forms = new HashSet<>();
    for (String label : type.labels()) {
      if (!PLAIN.matcher(label).matches() || !forms.add(coarse(label))) {
        throw new FilterException(
            ("The label '%s' may equal another one under the column's collation, since not all"
                    + " labels are of letters and digits that differ in more than their case.")
                .formatted(label));
      }
    }
  }

  /** A form that labels share if any collation may hold them for equal. */
  private static String coarse(String label) {
    return label
        .toLowerCase(Locale.ROOT)
        .replace('j', 'i')
        .replace('y', 'i')
        .replace('v', 'u')
        .replace('w', 'u');
  }
}
