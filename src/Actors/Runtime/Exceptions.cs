namespace Tocsin.Actors.Runtime;

public sealed class InvalidActorNameException(string message) : Exception(message);

/// <summary>Thrown by an actor that was told of a stop and did not know the message.</summary>
public sealed class DeathPactException(IActorRef stopped) : Exception($"{stopped.Path}, which is watched, has stopped, and Terminated is not handled");

/// <summary>No answer within the limit. The question may have been handled or not.</summary>
public sealed class AskTimeoutException(string message) : TimeoutException(message);

/// <summary>A port did not answer within the limit. What was asked may have happened or not.</summary>
public sealed class PortTimeoutException(string message) : TimeoutException(message);

/// <summary>A port has as much under way as it may have. What was asked has not happened.</summary>
public sealed class PortBusyException(string message) : Exception(message);
