package dev.howdah.failover.store;

class InMemoryStoreTest extends StoreContract {

  private final InMemoryStore store = new InMemoryStore();

  @Override
  CoordinationStore store() {
    return store;
  }
}
