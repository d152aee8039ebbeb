using Microsoft.Data.Sqlite;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Persistence.Sqlite;

namespace Tocsin.Unit.Stores;

public sealed class SqliteStoreSpec : StoreContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-store-").FullName;

    private string FileName => Path.Combine(_folder, "tocsin.db");

    public override void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        base.Dispose();
    }

    [Fact]
    public void A_second_user_of_the_file_is_refused_until_the_first_is_gone()
    {
        using (Open())
            Assert.Contains("in use by another process", Assert.Throws<StoreException>(() => Open()).Message);
        Open().Dispose();
    }

    [Fact]
    public async Task A_newer_version_migrates_what_is_there_and_an_older_program_refuses_it_then()
    {
        using (var store = Open())
        {
            await EpochAsync(store, Shard);
            await store.CommitAsync(Everything(1, 5));
        }
        using (var newer = OpenWith([.. Migrations.All, "ALTER TABLE alerts ADD COLUMN extra TEXT; UPDATE alerts SET extra = 'migrated';"]))
            Assert.Equal((2, 5), await EpochAsync(newer, Shard));
        Assert.Equal("migrated", Value("SELECT extra FROM alerts"));
        var known = Migrations.All.Count;
        Assert.Equal(string.Join(',', Enumerable.Range(1, known + 1)), Value("SELECT group_concat(version) FROM migrations"));
        var refused = Assert.Throws<StoreException>(() => Open()).Message;
        Assert.Contains($"has version {known + 1}, written by a newer program; this one knows {known}", refused);

        // The way back that the message names: what was there before the newer program came, at the offset from which it goes on.
        var copy = Migrations.CopyOf(FileName, known);
        Assert.Contains($"put '{copy}' in its place", refused);
        File.Move(copy, FileName, overwrite: true);
        File.Delete(FileName + "-wal");
        using (var older = Open())
            Assert.Equal((2, 5), await EpochAsync(older, Shard));
    }

    [Fact]
    public void Nothing_is_migrated_without_a_copy()
    {
        Open().Dispose();
        // A folder stands where the copy would be put together.
        Directory.CreateDirectory(Migrations.CopyOf(FileName, Migrations.All.Count) + ".part");
        Assert.Throws<StoreException>(() => OpenWith([.. Migrations.All, "CREATE TABLE more (a);"]).Dispose());
        Assert.Equal("0", Value("SELECT count(*) FROM sqlite_master WHERE name = 'more'"));
    }

    [Fact]
    public void A_migration_that_fails_leaves_the_version_before()
    {
        Open().Dispose();
        Assert.Throws<StoreException>(() => OpenWith([.. Migrations.All, "CREATE TABLE half (a); SELECT * FROM nowhere;"]).Dispose());
        Assert.Equal("0", Value("SELECT count(*) FROM sqlite_master WHERE name = 'half'"));
        Open().Dispose();
    }

    /// <summary>What was released stays as it is: a change is a migration of its own.</summary>
    [Fact]
    public void The_first_schema_is_the_one_that_was_released() => Assert.Equal(
        "55753a40702caf08469fc89ca7650a6f7ab2c3202d7fbecc71b0d403af75284b",
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Migrations.All[0].ReplaceLineEndings("\n")))));

    [Fact]
    public void Another_programs_database_is_refused()
    {
        using (var connection = new SqliteConnection($"Data Source={FileName};Pooling=False"))
        {
            SQLitePCL.Batteries_V2.Init();
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE bookmarks (a)";
            command.ExecuteNonQuery();
        }
        Assert.Contains("none of Tocsin's", Assert.Throws<StoreException>(() => Open()).Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Noise_in_place_of_a_database_is_refused(int seed)
    {
        var noise = new byte[20_000];
        new Random(seed).NextBytes(noise);
        File.WriteAllBytes(FileName, noise);
        Assert.IsType<StoreCorrupt>(Assert.Throws<StoreException>(() => Open()).Failure);
        Assert.Equal(noise, File.ReadAllBytes(FileName));
    }

    [Fact]
    public async Task A_damaged_database_is_a_failure_and_no_crash()
    {
        using (var store = Open())
        {
            await EpochAsync(store, Shard);
            await store.CommitAsync(Step(1, 1) with { Nodes = [.. Enumerable.Range(0, 100).Select(i => new NodeRow(new("room", $"cn{i}"), 0, new byte[5000]))] });
        }
        using (var file = File.OpenWrite(FileName))
        {
            // All but the first pages, where the schema is.
            file.Position = 300_000;
            file.Write(new byte[file.Length - 300_000]);
        }
        using var again = Open();
        Assert.IsType<StoreCorrupt>(Assert.IsType<AcquireFailed>(await again.AcquireAsync(Shard)).Failure);
    }

    [Fact]
    public async Task A_database_locked_from_outside_is_busy_and_works_again_afterwards()
    {
        using var store = Open();
        await EpochAsync(store, Shard);
        using var connection = new SqliteConnection($"Data Source={FileName};Pooling=False");
        connection.Open();
        Execute(connection, "BEGIN IMMEDIATE");
        Assert.IsType<StoreBusy>(Assert.IsType<CommitFailed>(await store.CommitAsync(Step(1, 1))).Failure);
        Execute(connection, "ROLLBACK");
        Assert.IsType<Committed>(await store.CommitAsync(Step(1, 1)));
    }

    [Fact]
    public async Task A_full_file_is_answered_full_and_takes_commits_again_when_there_is_space()
    {
        using var store = Open(point =>
        {
            if (_full && point == StorePoint.BeforeCommit)
                throw DiskFull();
        });
        await EpochAsync(store, Shard);
        _full = true;
        Assert.IsType<StoreFull>(Assert.IsType<CommitFailed>(await store.CommitAsync(Everything(1, 5))).Failure);
        Assert.IsType<StoreFull>(Assert.IsType<AcquireFailed>(await store.AcquireAsync(Shard)).Failure);
        _full = false;
        AssertUntouched(store);
        Assert.Equal((2, 0), await EpochAsync(store, Shard));
    }

    private protected override IStore Open(Action<StorePoint>? fault = null) => OpenWith(Migrations.All, fault);

    private protected override Exception DiskFull() => new SqliteException("database or disk is full", 13);

    private SqliteStore OpenWith(IReadOnlyList<string> migrations, Action<StorePoint>? fault = null) =>
        SqliteStore.Open(FileName, StoreSync.Normal, TimeProvider.System, migrations, fault);

    private volatile bool _full;

    private string Value(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={FileName};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return $"{command.ExecuteScalar()}";
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
