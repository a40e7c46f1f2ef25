package dev.syncline.mysql;

import java.util.List;

/** How strings, bytes and labels stand in row images. */
final class StringImage {

  private StringImage() {}

  /** Text behind a length. */
  static ColumnImage text(MySqlCharset charset, int lengthBytes) {
    return in -> {
      long length = in.unsigned(lengthBytes);
      return charset.decode(in.array(), in.take(length), (int) length);
    };
  }

  /** Bytes behind a length. */
  static ColumnImage bytes(int lengthBytes) {
    return in -> in.bytes(in.unsigned(lengthBytes));
  }

  /** BINARY: the log leaves out the zeros at the end. */
  static ColumnImage padded(int lengthBytes, int declaredLength) {
    return in -> {
      long length = in.unsigned(lengthBytes);
      if (length > declaredLength) {
        throw new MalformedValueException("it is longer than declared");
      }
      byte[] value = new byte[declaredLength];
      System.arraycopy(in.array(), in.take(length), value, 0, (int) length);
      return value;
    };
  }

  /** ENUM: the label's number, from 1; 0 is the error value. */
  static ColumnImage label(List<String> labels, int bytes) {
    String[] byNumber = labels.toArray(new String[0]);
    return in -> {
      int number = (int) in.unsigned(bytes);
      if (number > byNumber.length) {
        throw new MalformedValueException(
            "label " + number + " is not among the " + byNumber.length + " declared");
      }
      return number == 0 ? "" : byNumber[number - 1];
    };
  }

  /** SET: a bit for each label. */
  static ColumnImage labels(List<String> labels, int bytes) {
    String[] byBit = labels.toArray(new String[0]);
    return in -> {
      long bits = in.unsigned(bytes);
      if (byBit.length < Long.SIZE && bits >>> byBit.length != 0) {
        throw new MalformedValueException(
            "a member is set that is not among the " + byBit.length + " declared");
      }
      StringBuilder members = new StringBuilder();
      for (long rest = bits; rest != 0; rest &= rest - 1) {
        members.append(rest == bits ? "" : ",");
        members.append(byBit[Long.numberOfTrailingZeros(rest)]);
      }
      return members.toString();
    };
  }

  /** How many bytes a SET with some labels takes. */
  static int setBytes(int labels) {
    int bytes = (labels + Byte.SIZE - 1) / Byte.SIZE;
    return bytes > Integer.BYTES ? Long.BYTES : bytes;
  }
}
