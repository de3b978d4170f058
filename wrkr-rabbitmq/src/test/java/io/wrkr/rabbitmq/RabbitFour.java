package io.wrkr.rabbitmq;

import com.rabbitmq.client.ConnectionFactory;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

/** RabbitMQ 4 in a container, where Docker is. */
final class RabbitFour implements ExecutionCondition {
  private static final String USER = "wrkr";
  private static final String PASSWORD = "in-container";

  /** Says once why tests do not run, where no Docker answers. */
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (DockerClientFactory.instance().isDockerAvailable()) {
      return ConditionEvaluationResult.enabled("Docker answers");
    }
    if (context.getTestMethod().isEmpty()) {
      System.out.println("not run: " + context.getDisplayName() + ": no Docker answers");
    }
    return ConditionEvaluationResult.disabled("not run: no Docker answers");
  }

  /** Started by who asks first; Testcontainers ends it with this JVM. */
  private static final class Container {
    static final GenericContainer<?> STARTED =
        new GenericContainer<>("rabbitmq:4-alpine")
            .withExposedPorts(Broker.PORT)
            .withEnv("RABBITMQ_DEFAULT_USER", USER)
            .withEnv("RABBITMQ_DEFAULT_PASS", PASSWORD)
            .waitingFor(Wait.forLogMessage(".*Server startup complete.*", 1));

    static {
      STARTED.start();
    }
  }

  static ConnectionFactory factory() {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost(Container.STARTED.getHost());
    factory.setPort(Container.STARTED.getMappedPort(Broker.PORT));
    factory.setUsername(USER);
    factory.setPassword(PASSWORD);
    return factory;
  }
}
