package dev.syncline.redis;

import dev.syncline.UnsupportedChangeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which arguments of a command are keys, and which of these it writes. Made from a text with one
 * word for each group of keys:
 *
 * <pre>
 * w1         the argument 1 is a key that is written (it may be read too)
 * r2..-1     all arguments from 2 to the last one are keys that are only read
 * w1..-1/2   each second one
 * r#2        the argument 2 is the number of keys that follow it
 * w#1/2      each second one
 * wSTORE@5   what follows the last word STORE from the argument 5 on
 * wA,B@5     what follows the last word A or B
 * </pre>
 */
final class KeyPlaces {

  private static final int[] NONE = {};
  private static final int[] FIRST = {1};

  private final List<Group> groups = new ArrayList<>();
  private final boolean isFirst;

  KeyPlaces(String text) {
    for (String group : text.isBlank() ? new String[0] : text.trim().split(" ", -1)) {
      groups.add(Group.of(group));
    }
    isFirst = text.equals("w1");
  }

  /** The places of all keys, in ascending order. */
  int[] all(byte[][] arguments) {
    if (isFirst && arguments.length > 1) {
      return FIRST;
    }
    return groups.isEmpty() ? NONE : places(arguments, false);
  }

  /** The places of the keys that are written. */
  int[] written(byte[][] arguments) {
    return isFirst ? all(arguments) : places(arguments, true);
  }

  private int[] places(byte[][] arguments, boolean written) {
    int[] places = NONE;
    for (Group group : groups) {
      if (group.written() || !written) {
        int[] more = group.places(arguments);
        int[] both = Arrays.copyOf(places, places.length + more.length);
        System.arraycopy(more, 0, both, places.length, more.length);
        places = both;
      }
    }
    Arrays.sort(places);
    return places;
  }

  /**
   * Keys that belong together.
   *
   * @param options the words of which one is in front of the key; none if they are found by their
   *     places
   * @param counted whether the argument {@code from} is their number
   * @param last the last place, from the end if negative
   */
  private record Group(
      boolean written, List<String> options, boolean counted, int from, int last, int step) {

    static Group of(String text) {
      boolean written = text.charAt(0) == 'w';
      String rest = text.substring(1);
      int at = rest.indexOf('@');
      if (at >= 0) {
        int from = Integer.parseInt(rest.substring(at + 1));
        List<String> options = List.of(rest.substring(0, at).split(",", -1));
        return new Group(written, options, false, from, -1, 1);
      }
      boolean counted = rest.startsWith("#");
      String[] stepped = (counted ? rest.substring(1) : rest).split("/", -1);
      String[] range = stepped[0].split("\\.\\.", -1);
      int from = Integer.parseInt(range[0]);
      int last = Integer.parseInt(range[range.length - 1]);
      int step = stepped.length > 1 ? Integer.parseInt(stepped[1]) : 1;
      return new Group(written, List.of(), counted, from, last, step);
    }

    int[] places(byte[][] arguments) {
      if (!options.isEmpty()) {
        return optional(arguments);
      }
      int begin = counted ? from + 1 : from;
      int end = last < 0 ? arguments.length + last : last;
      long count =
          counted ? Words.number(arguments, from) : end < begin ? 0 : (end - begin) / step + 1;
      if (count < 0 || begin + (count - 1) * step >= arguments.length) {
        throw new UnsupportedChangeException(
            "The source sent %s, which cannot have the keys that it should."
                .formatted(Words.command(arguments)));
      }
      int[] places = new int[(int) count];
      for (int i = 0; i < places.length; i++) {
        places[i] = begin + i * step;
      }
      return places;
    }

    private int[] optional(byte[][] arguments) {
      for (int i = arguments.length - 2; i >= from; i--) {
        for (String option : options) {
          if (Words.is(arguments[i], option)) {
            return new int[] {i + 1};
          }
        }
      }
      return NONE;
    }
  }
}
