using System.Diagnostics.Metrics;
using Tocsin.Actors.Alerts.Peers;
using Tocsin.Actors.Alerts.Shard;
using Tocsin.Actors.Faults;
using Tocsin.Actors.Log;
using Tocsin.Actors.Log.Files;
using Tocsin.Actors.Nodes;
using Tocsin.Actors.Nodes.Records;
using Tocsin.Actors.Nodes.Shard;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Persistence.Sqlite;
using Tocsin.Actors.Runtime;
using Tocsin.Actors.Shards;
using Tocsin.Actors.Shards.Findings;
using Tocsin.Actors.Sinks;
using Tocsin.Daemon.Config;
using Tocsin.Daemon.Serve.Acting;
using Tocsin.Daemon.Serve.Alerts;
using Tocsin.Daemon.Serve.Faults;
using Tocsin.Daemon.Serve.Labels;
using Tocsin.Daemon.Serve.Learning;
using Tocsin.Daemon.Serve.Patterns;
using Tocsin.Daemon.Serve.Telemetry;
using Tocsin.Daemon.Serve.Verdicts;
using Tocsin.Inference.Learning;
using Tocsin.Ingest.Slurm.Nodes;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve.Backend;

/// <summary>What is opened in which order, and the shards on top of it.</summary>
internal sealed partial class StorageBackend
{
    private void OpenLog()
    {
        _log = FileLog.Open(Path.Combine(_options.Data, "log"), _options.Storage.Log, _clock, note => _say.Warning("log", note));
    }

    private void CloseLog()
    {
        _door.Close();
        _log?.Dispose();
    }

    private void OpenStore()
    {
        _store = SqliteStore.Open(Path.Combine(_options.Data, "store.db"), _options.Storage.Sync, _clock);
        LogAndStore.Join(Log, _store, note => _say.Error("log", note));
        _store.OutboxFilled = () =>
        {
            _findings?.Tell(FindingsActor.Wake);
            _sinks.Wake();
        };
        var open = StoreReads.Open(_store).ToList();
        _sinks.Seed(open);
        _acting?.Tell(open);
        _sinks.DropOthers(_store);
        if (_options.Library is { } library)
            _libraries.Take(library);
        OpenDoor();
    }

    /// <summary>Behind the store, which knows the library and so what is worth to be logged.</summary>
    private void OpenDoor()
    {
        var catalogue = _libraries.Catalogue;
        _sink = new LogNodeSink(Log, _options.Cluster, Store.NextSession(_clock.GetUtcNow().ToUnixTimeMilliseconds()), s => catalogue.Uses(s) || IdentityMetrics.Reads(s));
        Users = UserNames.Open(_options.Data, _options.Privacy.HashUsers);
        _door.Open(_sink, Users);
    }

    private void StartShards(ActorSystem system)
    {
        var ports = StorePorts.Of(Store, _inference!, Log.Need);
        var settings = ShardSettings.Usual with { Patience = _options.Storage.Patience };
        var names = _sinks.Names;
        var options = new NodeShardOptions { Catalogue = _libraries.Catalogue, Nodes = _options.Nodes, Spread = _options.Storage.RowsWithin };
        system.ActorOf(Shards("alerts", LogTopics.Findings, ports, _alertShards.Publish, _ => _alerts = new AlertShard(_options.Cluster, _options.Alerts, names, Say, _faults?.Outlook)), "alerts");
        _faults?.Start(system);
        // An action has several committed steps, each of which waits for the one before it: they are looked at more often than a shard without records is.
        if (_acting is not null)
            system.ActorOf(Shards("supervisor", LogTopics.Control, ports, _controlShards.Publish, _ => _acting.NewShard(), settings with { Tick = TimeSpan.FromMilliseconds(250) }), "supervisor");
        system.ActorOf(Shards("nodes", LogTopics.Samples, ports with { Pressed = () => _pressure.IsHigh }, Seen, NewNodes), "nodes");
        var findings = FindingsPorts.Of(Store, Log);
        _findings = system.ActorOf(Props.Create(() => new FindingsActor(findings, why => _say.Warning("findings", why))), "findings");

        Props Shards(string group, string topic, ShardPorts ports, ShardProgress progress, Func<TopicPartition, IShardWork> work, ShardSettings? own = null) =>
            Props.Create(() => new ShardsActor(Log, group, [topic], at => Props.Create(() => new ShardActor(at, () => work(at), ports, own ?? settings, progress, Say)).WithDispatcher(ActorsPart.Threads))).WithDispatcher(ActorsPart.Threads);

        IShardWork NewNodes(TopicPartition at)
        {
            _nodes.Clear(at.Partition);
            var shard = new NodeShard(
                options, _libraries.Scoring, number => Store.Part(at, number), _nodes, Say, Scored, _scores is { } scores ? scores.Scored : null, BothTaps.Of(_learning?.Tap, _faults?.Tap), _nodes.Frames);
            _tallies?.Show(at.Partition, shard);
            return shard;
        }

        void Scored(NodeKey node, FrameScore s)
        {
            _nodes.Scores.Keep(node, s.TimeMs, s.Score, s.Threshold);
            _faults?.Scored(node, s.TimeMs, s.Score, s.Threshold);
        }

        void Seen(ShardView view)
        {
            _nodeShards.Publish(view);
            _nodes.Publish(view);
        }

        void Say(string line) => _say.Warning("shards", line);
    }
}
