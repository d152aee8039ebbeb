namespace Tocsin.Checkpointing.Simulation;

/// <summary>What happens to places and nodes; each second of each place is charged to exactly one account, when what it was doing ends.</summary>
public sealed partial class PolicyRun
{
    private void NextJob(Place place)
    {
        place.LeftS = double.IsFinite(_model.WorkS) ? _model.WorkS * Math.Exp(FailureLaw.Normal(_random)) : double.PositiveInfinity;
        (place.FirstRunS, place.SpentS) = (_now, 0);
        place.BeginRun(_now);
        Turn(place, Doing.Computing);
        Decide(place);
    }

    private void Resume(Place place)
    {
        Turn(place, Doing.Computing);
        place.BeginRun(_now);
        Decide(place);
    }

    private void Turn(Place place, Doing doing)
    {
        Charge(place);
        (place.Doing, place.SinceS) = (doing, _now);
    }

    /// <summary>Computing is work, and becomes lost work only when a failure strikes.</summary>
    private void Charge(Place place)
    {
        var spent = (_now - place.SinceS) * place.Nodes.Length;
        switch (place.Doing)
        {
            case Doing.Checkpointing or Doing.Leaving:
                _waste.Checkpoints += spent;
                break;
            case Doing.Moving:
                _waste.Moves += spent;
                break;
            case Doing.Down or Doing.Waiting or Doing.Restarting:
                _waste.Restarts += spent;
                break;
            default:
                break;
        }
        place.SinceS = _now;
    }

    private void Write(Place place, Doing doing)
    {
        place.PendingS = _now - place.SavedS;
        Turn(place, doing);
        place.Version++;
        _storage.Begin(place.Index, place.Nodes.Length, _model.CheckpointOf(place.Index), _now);
        Plan();
    }

    private void Plan()
    {
        _writes++;
        if (_storage.Next() is { } next)
            _queue.Enqueue((What.WriteEnds, next.Place, _writes), next.AtS);
    }

    private void Written(Place place)
    {
        _storage.Leave(place.Index, _now);
        var took = _now - place.SinceS;
        place.SpentS += took;
        _waste.CheckpointCount++;
        _waste.WorstOverhead = Math.Max(_waste.WorstOverhead, place.SpentS / (_now - place.FirstRunS));
        _learned?.CheckpointTook(place.Index, took);
        place.LeftS -= place.PendingS;
        (place.SavedS, place.LastActionS) = (_now, _now);
        Plan();
        if (place.Doing == Doing.Checkpointing)
        {
            Turn(place, Doing.Computing);
            Decide(place);
            return;
        }
        Turn(place, Doing.Moving);
        _waste.MoveCount++;
        place.LastMoveS = _now + _model.MoveS;
        var at = Array.IndexOf(place.Nodes, place.Suspect);
        // The suspect rests until its prediction is over; if it fails meanwhile, its repair brings it back.
        var suspect = place.Suspect;
        Leave(place, at);
        _where[suspect] = Gone;
        _queue.Enqueue((What.NodeBack, suspect, 1), Math.Max(place.SuspectUntilS, _now) + 60);
        // The successor may have failed while the checkpoint was written.
        if ((_inServiceMs[place.Successor] <= Ms(_now) ? place.Successor : Spare()) is { } next)
            Take(place, at, next);
        else
            (place.Missing, place.FailedS) = (place.Missing + 1, _now);
        (place.Suspect, place.Successor) = (-1, -1);
        place.Version++;
        _queue.Enqueue((place.Missing > 0 ? What.DownEnds : What.MoveEnds, place.Index, place.Version), _now + _model.MoveS);
    }

    private void Fail(in NodeFailure failure)
    {
        Observe();
        _learned?.Failed(_names[failure.Node], Ms(failure.AtS));
        var at = _where[failure.Node];
        _where[failure.Node] = Gone;
        _inServiceMs[failure.Node] = Ms(failure.RepairedS);
        _queue.Enqueue((What.NodeBack, failure.Node, 0), failure.RepairedS);
        if (at < 0)
            return;
        Strike(_places[at], failure.Node);
    }

    private void Strike(Place place, int node)
    {
        var slot = Array.IndexOf(place.Nodes, node);
        switch (place.Doing)
        {
            case Doing.Computing:
                _waste.Lost += (_now - place.SavedS) * place.Nodes.Length;
                break;
            case Doing.Checkpointing or Doing.Leaving:
                _waste.Lost += place.PendingS * place.Nodes.Length;
                _storage.Leave(place.Index, _now);
                Plan();
                break;
            default:
                break;
        }
        if (place.Successor >= 0)
        {
            var spare = place.Successor;
            (place.Suspect, place.Successor) = (-1, -1);
            if (_inServiceMs[spare] <= Ms(_now))
                Release(spare);
        }
        Leave(place, slot);
        _waste.NodesLost++;
        if (Spare() is { } free)
            Take(place, slot, free);
        else
            (place.Missing, _waste.Waits) = (place.Missing + 1, _waste.Waits + 1);
        // Struck again before it computed: one recovery, from the first failure on.
        if (place.Doing is Doing.Computing or Doing.Checkpointing or Doing.Leaving or Doing.Moving)
            (place.FailedS, _waste.Strikes) = (_now, _waste.Strikes + 1);
        Turn(place, Doing.Down);
        place.Version++;
        _queue.Enqueue((What.DownEnds, place.Index, place.Version), _now + _model.DownS);
    }

    private void Restart(Place place)
    {
        Turn(place, Doing.Restarting);
        place.Version++;
        _queue.Enqueue((What.RestartEnds, place.Index, place.Version), _now + _model.RestartS);
    }

    private void Leave(Place place, int slot)
    {
        var key = _names[place.Nodes[slot]];
        place.Predictions.RemoveAll(p => p.Node == key);
        place.Nodes[slot] = -1;
    }

    private void Take(Place place, int slot, int node)
    {
        place.Nodes[slot] = node;
        place.InServiceMs[slot] = _inServiceMs[node];
        _where[node] = place.Index;
    }

    private int? Spare()
    {
        while (_pool.TryPeek(out var node))
        {
            if (_where[node] == Pooled)
                return node;
            _pool.Dequeue();
        }
        return null;
    }

    private void Release(int node)
    {
        _where[node] = Pooled;
        _pool.Enqueue(node);
    }

    /// <param name="rested">1 = a suspect whose time is over; 0 = repaired.</param>
    private void Back(int node, int rested)
    {
        // A suspect that failed while it rested is in repair, or has been back since.
        if (_where[node] != Gone || (rested == 1 && _inServiceMs[node] > Ms(_now)))
            return;
        if (rested == 0)
            _learned?.InService(_names[node], Ms(_now));
        foreach (var place in _places)
        {
            if (place.Missing == 0)
                continue;
            Take(place, Array.IndexOf(place.Nodes, -1), node);
            if (--place.Missing == 0 && place.Doing == Doing.Waiting)
                Restart(place);
            return;
        }
        Release(node);
    }
}
