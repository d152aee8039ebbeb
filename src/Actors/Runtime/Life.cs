namespace Tocsin.Actors.Runtime;

/// <summary>Unborn - Running - Stopping - Stopped, with Failed (its parent decides) and Restarting (its children stop) between two instances.
/// Messages of users are handled while Running alone.</summary>
internal enum Life : byte
{
    Unborn,
    Running,
    Failed,
    Restarting,
    Stopping,
    Stopped,
}
