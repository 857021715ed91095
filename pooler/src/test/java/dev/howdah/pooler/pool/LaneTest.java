package dev.howdah.pooler.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class LaneTest {
  private static final EmbeddedChannel LOOP = new EmbeddedChannel();

  private static final class Guest implements Lane.Resident {
    private int place = -1;

    @Override
    public void onTick(long now) {}

    @Override
    public int place() {
      return place;
    }

    @Override
    public void setPlace(int newPlace) {
      place = newPlace;
    }
  }

  /** Each number lets a guest in, or the one at that place out. */
  @Property
  void a_resident_is_always_where_its_place_says(@ForAll List<Integer> moves) {
    var lane = new Lane(LOOP.eventLoop(), 0);
    List<Guest> inside = new ArrayList<>();

    for (int move : moves) {
      if (move >= 0 || inside.isEmpty()) {
        Guest guest = new Guest();
        lane.enter(guest);
        inside.add(guest);
      } else {
        Guest leaving = inside.remove(Math.floorMod(move, inside.size()));
        lane.leave(leaving);
        lane.leave(leaving);
        assertThat(leaving.place()).isEqualTo(-1);
      }
      assertThat(lane.residents()).hasSameSizeAs(inside).containsAll(inside);
      for (Guest guest : inside) {
        assertThat(lane.residents().get(guest.place())).isSameAs(guest);
      }
    }
  }
}
