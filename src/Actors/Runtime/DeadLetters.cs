namespace Tocsin.Actors.Runtime;

/// <summary>A message that reached nobody.</summary>
public sealed record DeadLetter(object Message, IActorRef? Sender, IActorRef Recipient);

/// <summary>Where messages to nobody end: counted all, logged at a bounded rate, and given back what they carried.</summary>
internal sealed class DeadLetterRef(ActorSystem system) : IActorRef
{
    public string Path => "/deadLetters";

    public void Tell(object message, IActorRef? sender)
    {
        var letter = message as DeadLetter ?? new DeadLetter(message, sender, this);
        system.OnDeadLetter(letter);
        if (letter.Message is IUndeliverable carried)
            carried.Undelivered();
    }
}
