package dev.howdah.cli.desk;

import java.io.IOException;
import java.util.List;

/** A running pooler that can be asked. Blocking; one thread. */
public interface PoolerDesk extends AutoCloseable {

  /** Who is asked, in words: {@code admin API http://127.0.0.1:8432}. */
  String who();

  /**
   * The rows of SHOW.
   *
   * @param topic as on the console, in small letters
   * @throws DeskException if it refuses
   * @throws IOException if it does not answer
   */
  List<Row> show(String topic) throws IOException;

  /**
   * Gives an order.
   *
   * @param verb as on the console, in small letters
   * @param argument a database, number or word; empty for none
   * @return what it has to say about it, one sentence each
   * @throws DeskException if it refuses
   * @throws IOException if it does not answer
   */
  List<String> order(String verb, String argument) throws IOException;

  @Override
  void close();
}
