package io.wrkr.verify;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads journals into a {@link History}: joins texts, pairs invokes with completions. */
final class HistoryLoader {
  private final History history;
  private final Map<String, Integer> queues = new HashMap<>();
  private final Map<String, Integer> names = new HashMap<>();
  private final Entry entry = new Entry();

  /** Of the journal being read: the numbers of its texts, and row + 1 by operation number. */
  private int texts;

  private int[] nameOf = new int[16];
  private int[] queueOf = new int[16];
  private int[] rowOf = new int[1024];

  private HistoryLoader(History history) {
    this.history = history;
  }

  static History ofFiles(List<Path> files) {
    List<Words> sources = new ArrayList<>();
    boolean damaged = false;
    for (Path file : files) {
      MappedWords words = MappedWords.open(file);
      damaged |= words.isDamagedInside();
      sources.add(words);
    }
    return of(sources, damaged);
  }

  static History of(Words... sources) {
    return of(List.of(sources), false);
  }

  private static History of(List<Words> sources, boolean damaged) {
    long rows = 0;
    for (Words source : sources) {
      rows += rows(source);
    }
    HistoryLoader loader = new HistoryLoader(new History(Math.toIntExact(rows), damaged));
    for (Words source : sources) {
      loader.read(source);
    }
    return loader.history;
  }

  /** Counts the rows that a journal needs. */
  private static long rows(Words source) {
    long rows = 0;
    for (int i = 0; i < source.records(); i++) {
      long head = source.word(i, 0);
      Op op = Op.of((int) head & 0xff);
      boolean begins = op != Op.TEXT && ((int) (head >>> 8) & 0xff) != Entry.COMPLETE;
      boolean another = op == Op.CLAIM && (source.word(i, 1) & 0xffff) > 0;
      rows += begins || another ? 1 : 0;
    }
    return rows;
  }

  private void read(Words source) {
    texts = 0;
    Arrays.fill(rowOf, 0);
    for (int i = 0; i < source.records(); i++) {
      entry.decode(source, i);
      if (entry.op == Op.TEXT) {
        i += readText(source, i) - 1;
      } else if (entry.phase == Entry.COMPLETE) {
        complete();
      } else {
        begin();
      }
    }
  }

  /**
   * Reads the text that begins at a record, and returns the number of its records. One whose end is
   * missing is the last of its journal, and nothing names it.
   */
  private int readText(Words source, int record) {
    int length = (int) entry.time;
    int parts = Math.max(1, (length + 31) / 32);
    if (record + parts > source.records()) {
      return parts;
    }
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      long word = source.word(record + i / 32, 3 + i % 32 / 8);
      bytes[i] = (byte) (word >>> 8 * (i % 8));
    }
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (texts == nameOf.length) {
      nameOf = Arrays.copyOf(nameOf, 2 * texts);
      queueOf = Arrays.copyOf(queueOf, 2 * texts);
    }
    nameOf[texts] = number(text, names, history.names);
    queueOf[texts++] = number(text, queues, history.queues);
    return parts;
  }

  private void begin() {
    int row = history.rows++;
    history.op[row] = entry.op;
    history.seq[row] = entry.seq;
    history.process[row] = entry.process;
    history.flags[row] = (byte) entry.flags;
    history.attempt[row] = entry.attempt;
    history.item[row] = entry.item;
    history.hash[row] = entry.hash;
    history.key[row] = entry.key;
    history.value[row] = entry.value;
    history.inv[row] = entry.time;
    history.event[row] = entry.event == 0 ? -1 : history.events.add(entry.event);
    history.name[row] = number(entry.name, nameOf);
    history.answer[row] = Entry.UNKNOWN;
    if (entry.op == Op.PUB) {
      history.queue[row] = entry.queue;
    } else {
      history.queue[row] = number(entry.queue, queueOf);
    }
    boolean point = entry.phase == Entry.POINT;
    history.end[row] = point ? entry.time : History.NEVER;
    history.outcome[row] = point ? Outcome.OK : Outcome.INFO;
    remember(entry.seq, row);
  }

  private int number(int text, int[] numbers) {
    return text < 0 ? -1 : numbers[text];
  }

  private static int number(String text, Map<String, Integer> known, List<String> all) {
    Integer number = known.putIfAbsent(text, all.size());
    if (number == null) {
      all.add(text);
      return all.size() - 1;
    }
    return number;
  }

  private void remember(long seq, int row) {
    int at = Math.toIntExact(seq);
    if (at >= rowOf.length) {
      rowOf = Arrays.copyOf(rowOf, Math.max(at + 1, 2 * rowOf.length));
    }
    rowOf[at] = row + 1;
  }

  private void complete() {
    int at = (int) entry.seq;
    int row = at < rowOf.length ? rowOf[at] - 1 : -1;
    if (row < 0 || history.op[row] != entry.op) {
      throw new IllegalArgumentException(
          "A completion of " + entry.op + " has no invoke: operation " + entry.seq);
    }
    if (entry.op == Op.CLAIM && entry.item > 0) {
      row = another(row);
    }
    history.outcome[row] = entry.outcome;
    history.end[row] = entry.outcome == Outcome.INFO ? History.NEVER : entry.time;
    history.flags[row] |= (byte) entry.flags;
    history.answer[row] = entry.value;
    if (entry.op == Op.CLAIM) {
      history.event[row] = entry.event == 0 ? -1 : history.events.add(entry.event);
      history.key[row] = entry.key;
      history.hash[row] = entry.hash;
      history.item[row] = entry.item;
    }
    if (entry.op == Op.CLAIM || entry.op == Op.PUB) {
      history.attempt[row] = entry.attempt;
    }
    if (entry.op == Op.STATS) {
      history.key[row] = entry.key;
    }
  }

  /** Returns a further row for a claim of several deliveries. */
  private int another(int first) {
    int row = history.rows++;
    history.op[row] = Op.CLAIM;
    history.seq[row] = history.seq[first];
    history.process[row] = history.process[first];
    history.queue[row] = history.queue[first];
    history.name[row] = -1;
    history.value[row] = history.value[first];
    history.inv[row] = history.inv[first];
    return row;
  }
}
