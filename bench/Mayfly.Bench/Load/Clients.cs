using Mayfly.Bench.Contenders;
using Mayfly.Bench.Running;

namespace Mayfly.Bench.Load;

/// <summary>Connections that come and go together.</summary>
internal sealed class Clients : List<MayflyClient>, IDisposable
{
    public static Clients Of(Service service, int count)
    {
        var clients = new Clients();
        clients.AddRange(Enumerable.Range(0, count).Select(_ => service.Client()));
        return clients;
    }

    public void Dispose() => ForEach(client => client.Dispose());
}
