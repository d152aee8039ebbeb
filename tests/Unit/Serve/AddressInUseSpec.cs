using Tocsin.Daemon.Serve;
using Tocsin.Shared;
using Tocsin.Unit.Options;

namespace Tocsin.Unit.Serve;

public sealed class AddressInUseSpec
{
    [Fact]
    public async Task An_address_that_somebody_has_is_told_in_one_line_and_without_a_stack()
    {
        await using var first = await RunningHost.StartAsync();
        var folder = Directory.CreateTempSubdirectory("tocsin-").FullName;
        var options = ConfigSpec.Options($"cluster: hpc\ndata: '{folder}'\nlisten: {{address: '{first.Address.Authority}'}}");
        using var said = new StringWriter();
        await using (var second = new ServeHost(options, (_, _) => new FakeBackend(), new OwnLog(TextWriter.Synchronized(said), options.Log, TimeProvider.System), TimeProvider.System))
        {
            var refused = await Assert.ThrowsAsync<DependencyException>(() => second.StartAsync(default));
            Assert.Contains("address already in use; name another port", refused.Message);
        }
        Assert.Empty(said.ToString());
        Directory.Delete(folder, recursive: true);
    }
}
