package io.wrkr.examples;

import io.wrkr.Delivery;
import io.wrkr.Event;
import io.wrkr.Wrkr;

/**
 * Greets a new user at once and asks a question later; the README's program. Runs until it is
 * killed; started again, it goes on with what the file holds.
 */
public final class Welcome {
  private Welcome() {}

  // snippet: welcome
  record User(String name) {}

  public static void main(String[] args) {
    Wrkr wrkr = Wrkr.connect("sqlite:app.db");
    wrkr.queue("mail").on("ourapp.user.added", User.class, Welcome::greet);
    wrkr.queue("survey").on("ourapp.user.asked", User.class, Welcome::ask);
    wrkr.start();
    wrkr.publish(Event.of("ourapp.user.added").tid("42").payload(new User("Ada")));
  }

  static void greet(User user, Delivery delivery) {
    System.out.println("Welcome, " + user.name());
    delivery.followUp(Event.of("ourapp.user.asked").payload(user).when("in 2 seconds"));
  }

  static void ask(User user, Delivery delivery) {
    System.out.println("How do you like it, " + user.name() + "?");
  }
  // end
}
