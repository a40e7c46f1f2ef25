package dev.syncline.mysql;

import dev.syncline.mysql.JsonContainer.JsonKey;
import dev.syncline.mysql.JsonContainer.JsonValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Changes of parts of a JSON document, as MySQL logs them with {@code PARTIAL_JSON}. The document
 * itself stays as it is; beside it stands which members its containers have now. Not thread-safe.
 *
 * <p>Takes about as much memory as the containers that are changed, however many members they have:
 * a member is a number.
 */
final class JsonPatch {
  private static final int REPLACE = 0;
  private static final int INSERT = 1;
  private static final int REMOVE = 2;

  private final byte[] bytes;
  private final Map<Integer, Members> changed = new HashMap<>();
  private JsonValue root;

  /** How many bytes of containers may yet be changed: no two containers share any. */
  private long budget;

  private JsonPatch(byte[] bytes, JsonValue root, long budget) {
    this.bytes = bytes;
    this.root = root;
    this.budget = budget;
  }

  /** A document without changes. */
  static JsonPatch none(byte[] bytes, JsonValue root) {
    return new JsonPatch(bytes, root, 0);
  }

  /**
   * Reads changes.
   *
   * @param root the document before
   * @param changes the changes, in the same array
   * @throws MalformedValueException if they are none, or do not fit the document
   */
  static JsonPatch read(JsonValue root, ByteCursor changes) {
    long length = (long) root.end() - root.start() + changes.remaining();
    JsonPatch patch = new JsonPatch(changes.array(), root, length);
    while (changes.remaining() > 0) {
      int operation = changes.unsignedByte();
      long pathBytes = changes.packed();
      int start = changes.take(pathBytes);
      List<JsonPath.Leg> path = JsonPath.parse(patch.bytes, start, (int) pathBytes);
      switch (operation) {
        case REPLACE -> patch.replace(path, value(changes));
        case INSERT -> patch.insert(path, value(changes));
        case REMOVE -> patch.remove(path);
        default -> throw malformed("is of the unknown kind " + operation);
      }
    }
    return patch;
  }

  private static JsonValue value(ByteCursor changes) {
    long length = changes.packed();
    int start = changes.take(length);
    if (length == 0) {
      throw malformed("has no value");
    }
    return JsonValue.of(changes.array(), start, (int) length);
  }

  /** The document's value after the changes. */
  JsonValue root() {
    return root;
  }

  /** The members of a container after the changes. */
  Members members(JsonValue container) {
    Members known = changed.get(container.start());
    return known != null ? known : new Members(JsonContainer.of(bytes, container));
  }

  private void replace(List<JsonPath.Leg> path, JsonValue value) {
    if (path.isEmpty()) {
      root = value;
      return;
    }
    Members parent = parent(path);
    parent.replace(parent.find(last(path)), value);
  }

  private void insert(List<JsonPath.Leg> path, JsonValue value) {
    parent(path).insert(last(path), value);
  }

  private void remove(List<JsonPath.Leg> path) {
    Members parent = parent(path);
    parent.remove(parent.find(last(path)));
  }

  /** The container in which the last leg of a path chooses a member; it is going to be changed. */
  private Members parent(List<JsonPath.Leg> path) {
    if (path.isEmpty()) {
      throw malformed("has no place in the document");
    }
    JsonValue at = root;
    for (JsonPath.Leg leg : path.subList(0, path.size() - 1)) {
      Members members = members(at);
      at = members.value(members.find(leg));
    }
    Members members = members(at);
    if (changed.put(at.start(), members) == null) {
      budget -= members.original.headerBytes();
    }
    if (budget < 0) {
      throw malformed("is in containers that share their bytes");
    }
    return members;
  }

  private static JsonPath.Leg last(List<JsonPath.Leg> path) {
    return path.get(path.size() - 1);
  }

  private static MalformedValueException malformed(String what) {
    return new MalformedValueException("a change of a part of the JSON document " + what);
  }

  /** The members of an object or array, in order. */
  static final class Members {
    private final JsonContainer original;

    /** In order: the number of an original member, or −1 and less for added ones. */
    private int @Nullable [] order;

    private int count;
    private final List<Member> added = new ArrayList<>();

    private record Member(@Nullable JsonKey key, JsonValue value) {}

    private Members(JsonContainer original) {
      this.original = original;
      this.count = original.count();
    }

    boolean isObject() {
      return original.isObject();
    }

    int count() {
      return count;
    }

    /** How many bytes of the document, and at least of its changes, say what the members are. */
    long headerBytes() {
      return original.headerBytes() + added.size();
    }

    JsonKey key(int index) {
      int member = member(index);
      JsonKey key = member < 0 ? added.get(-1 - member).key() : original.key(member);
      if (key == null) {
        throw malformed("takes an array for an object");
      }
      return key;
    }

    JsonValue value(int index) {
      int member = member(index);
      return member < 0 ? added.get(-1 - member).value() : original.value(member);
    }

    private int member(int index) {
      return order == null ? index : order[index];
    }

    /** The index of an existing member. */
    int find(JsonPath.Leg leg) {
      int index = search(leg);
      if (index < 0 || index >= count) {
        throw malformed("has a place that the document does not have");
      }
      return index;
    }

    /** The index of a member, or −1 − the one that it would have in an object. */
    private int search(JsonPath.Leg leg) {
      JsonKey key = leg.key();
      if ((key != null) != isObject()) {
        throw malformed("takes an object for an array, or an array for an object");
      }
      if (key == null) {
        return leg.fromEnd() ? count - 1 - leg.index() : leg.index();
      }
      int low = 0;
      int high = count - 1;
      while (low <= high) {
        int middle = (low + high) >>> 1;
        int compared = key(middle).compareTo(key);
        if (compared == 0) {
          return middle;
        }
        low = compared < 0 ? middle + 1 : low;
        high = compared < 0 ? high : middle - 1;
      }
      return -1 - low;
    }

    private void replace(int index, JsonValue value) {
      JsonKey key = isObject() ? key(index) : null;
      int[] changed = own(count);
      changed[index] = add(key, value);
    }

    private void insert(JsonPath.Leg leg, JsonValue value) {
      int found = search(leg);
      if (isObject() && found >= 0) {
        throw malformed("adds a member that the document has already");
      }
      int index = isObject() ? -1 - found : Math.max(0, Math.min(found, count));
      int[] changed = own(count + 1);
      System.arraycopy(changed, index, changed, index + 1, count - index);
      changed[index] = add(leg.key(), value);
      count++;
    }

    private void remove(int index) {
      int[] changed = own(count);
      System.arraycopy(changed, index + 1, changed, index, count - 1 - index);
      count--;
    }

    private int add(@Nullable JsonKey key, JsonValue value) {
      added.add(new Member(key, value));
      return -added.size();
    }

    /** The order as an array that may be changed and has some room. */
    private int[] own(int room) {
      int[] own = order;
      if (own == null) {
        own = new int[room];
        for (int i = 0; i < count; i++) {
          own[i] = i;
        }
      } else if (own.length < room) {
        own = Arrays.copyOf(own, room + room / 2);
      }
      order = own;
      return own;
    }
  }
}
