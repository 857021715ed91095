package dev.howdah.pooler.prepared;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The names a client has given to statements. Looked up by the bytes in a message, without making
 * an object. Event loop of the client only.
 */
final class NameTable {
  private static final int INITIAL_CAPACITY = 8; // a power of two, and so is every later one

  private @Nullable Entry[] table = new @Nullable Entry[INITIAL_CAPACITY];
  private int size;

  /** A name and what it stands for. */
  static final class Entry {
    private final byte[] name;
    private final int hash;
    private final SharedStatement statement;
    private @Nullable Entry next;

    private Entry(byte[] name, int hash, SharedStatement statement) {
      this.name = name;
      this.hash = hash;
      this.statement = statement;
    }

    byte[] name() {
      return name;
    }

    SharedStatement statement() {
      return statement;
    }
  }

  int size() {
    return size;
  }

  /** The entry with the name that stands in {@code in} from one index to another. */
  @Nullable Entry find(ByteBuf in, int from, int to) {
    int hash = hash(in, from, to);
    for (Entry entry = table[slot(hash)]; entry != null; entry = entry.next) {
      if (entry.hash == hash && isAt(entry.name, in, from, to)) {
        return entry;
      }
    }
    return null;
  }

  private static boolean isAt(byte[] name, ByteBuf in, int from, int to) {
    if (name.length != to - from) {
      return false;
    }
    for (int i = 0; i < name.length; i++) {
      if (name[i] != in.getByte(from + i)) {
        return false;
      }
    }
    return true;
  }

  private static int hash(ByteBuf in, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + in.getByte(i);
    }
    return hash ^ (hash >>> 16);
  }

  private int slot(int hash) {
    return hash & (table.length - 1);
  }

  /** Gives a name that is not given yet. */
  Entry put(ByteBuf in, int from, int to, SharedStatement statement) {
    byte[] name = new byte[to - from];
    in.getBytes(from, name);
    Entry entry = new Entry(name, hash(in, from, to), statement);
    put(entry);
    return entry;
  }

  /** Gives a name again that was taken away. */
  void put(Entry entry) {
    if (size >= table.length) {
      grow();
    }
    entry.next = table[slot(entry.hash)];
    table[slot(entry.hash)] = entry;
    size++;
  }

  /** Whether a name is still given as it was. */
  boolean has(Entry given) {
    Entry entry = table[slot(given.hash)];
    while (entry != null && entry != given) {
      entry = entry.next;
    }
    return entry != null;
  }

  /** Takes a name away; does nothing when it is gone. */
  void remove(Entry gone) {
    Entry before = null;
    for (Entry entry = table[slot(gone.hash)]; entry != null; entry = entry.next) {
      if (entry == gone) {
        if (before == null) {
          table[slot(gone.hash)] = entry.next;
        } else {
          before.next = entry.next;
        }
        size--;
        return;
      }
      before = entry;
    }
  }

  /** Takes all names away. */
  void clear() {
    table = new @Nullable Entry[INITIAL_CAPACITY];
    size = 0;
  }

  private void grow() {
    List<Entry> all = new ArrayList<>(size);
    for (Entry first : table) {
      for (Entry entry = first; entry != null; entry = entry.next) {
        all.add(entry);
      }
    }
    table = new @Nullable Entry[2 * table.length];
    size = 0;
    all.forEach(this::put);
  }
}
