using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Mayfly.Images;

/// <summary>
/// Files from the network, each by its SHA-256, kept in one folder. A file stands under its final name only when every byte of it
/// was hashed and flushed; until then it is <c>….part</c>, from which an interrupted download goes on.
/// </summary>
internal sealed class Downloads : IDisposable
{
    // The largest input is 35 MB. A server that never stops sending does not fill the disk.
    private const long MaxBytes = 512L << 20;
    private const int Attempts = 4;

    private readonly string _directory;
    private readonly HttpClient _client;

    public Downloads(string directory, TimeSpan? patience = null)
    {
        _directory = directory;
        Patience = patience ?? TimeSpan.FromSeconds(20);
        _client = new HttpClient(new SocketsHttpHandler { ConnectTimeout = Patience }) { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("mayfly");
    }

    /// <summary>How long a server may be silent.</summary>
    public TimeSpan Patience { get; }

    /// <summary>Pause between two attempts, times the number of failures so far.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether the server answers for <paramref name="url"/>; throws with the reason if not.</summary>
    /// <exception cref="SourceUnreachableException">It does not, within <paramref name="limit"/>.</exception>
    public async Task ProbeAsync(Uri url, TimeSpan limit, CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(limit);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, url);
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            response.EnsureSuccessStatusCode();
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new SourceUnreachableException($"{url.Host} did not answer within {limit.TotalSeconds:0.#} s");
        }
        catch (HttpRequestException failure)
        {
            throw new SourceUnreachableException($"{url.Host} cannot be reached: {failure.Message}", failure);
        }
    }

    /// <summary>The file at <paramref name="url"/> whose SHA-256 is <paramref name="sha256"/>, from the folder or from the network.</summary>
    /// <returns>Its path.</returns>
    /// <exception cref="HashMismatchException">What the server sends is something else. Nothing of it is kept.</exception>
    /// <exception cref="SourceUnreachableException">The server could not be reached, or broke off again and again.</exception>
    /// <exception cref="ImageBuildException">The file cannot be written.</exception>
    public async Task<string> GetAsync(Uri url, string sha256, IProgress<string>? progress, CancellationToken cancel)
    {
        var name = Path.GetFileName(Uri.UnescapeDataString(url.AbsolutePath));
        var path = Path.Combine(_directory, $"{sha256[..16]}-{name}");
        var part = path + ".part";
        try
        {
            Directory.CreateDirectory(_directory);
            if (File.Exists(path))
            {
                if (await HashAsync(path, cancel) == sha256)
                {
                    return path;
                }

                progress?.Report($"{path} is damaged: downloading it again");
                File.Delete(path);
            }

            // What an earlier process left may be a part of something else: then once more, from the beginning.
            var isContinued = File.Exists(part);
            await FetchAsync(url, part, progress, cancel);
            if (isContinued && await HashAsync(part, cancel) != sha256)
            {
                File.Delete(part);
                await FetchAsync(url, part, progress, cancel);
            }

            await RequireHashAsync(name, part, sha256, cancel);
            File.Move(part, path);
            return path;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A full disk is the likely cause, and what is there of the file is of no use while it is full.
            Remove(part);
            throw new ImageBuildException($"cannot keep {name} in {_directory}: {failure.Message} Free space or choose another place with --images.", failure);
        }
    }

    /// <summary>Throws unless <paramref name="path"/> has that SHA-256; removes it then.</summary>
    public static async Task RequireHashAsync(string what, string path, string expected, CancellationToken cancel)
    {
        var actual = await HashAsync(path, cancel);
        if (actual != expected)
        {
            File.Delete(path);
            throw new HashMismatchException(what, expected, actual);
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task FetchAsync(Uri url, string part, IProgress<string>? progress, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await FetchOnceAsync(url, part, progress, cancel);
                return;
            }
            catch (Exception failure) when (IsInterruption(failure, cancel))
            {
                if (attempt == Attempts || IsRefusal(failure))
                {
                    throw new SourceUnreachableException($"{url.Host}: {failure.Message} ({attempt} attempts)", failure);
                }

                progress?.Report($"{Path.GetFileName(url.AbsolutePath)}: {failure.Message} Going on from {(File.Exists(part) ? new FileInfo(part).Length : 0)} bytes");
                await Task.Delay(Pause * attempt, cancel);
            }
        }
    }

    private async Task FetchOnceAsync(Uri url, string part, IProgress<string>? progress, CancellationToken cancel)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        silence.CancelAfter(Patience);

        await using var file = new FileStream(part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (file.Length > 0)
        {
            request.Headers.Range = new RangeHeaderValue(file.Length, null);
        }

        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            // What is there is as long as the whole or longer. If it is the whole, the hash will say so.
            if (response.Content.Headers.ContentRange?.Length == file.Length)
            {
                return;
            }

            file.SetLength(0);
            throw new HttpIOException(HttpRequestError.ResponseEnded, "What was there did not fit.");
        }

        response.EnsureSuccessStatusCode();
        var goesOn = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == file.Length;
        if (!goesOn)
        {
            file.SetLength(0);
        }

        file.Seek(0, SeekOrigin.End);
        var total = file.Length + response.Content.Headers.ContentLength;
        await using var body = await response.Content.ReadAsStreamAsync(silence.Token);
        await CopyAsync(body, file, total, silence, Meter(url, total, progress));
        file.Flush(flushToDisk: true);
    }

    private async Task CopyAsync(Stream body, FileStream file, long? total, CancellationTokenSource silence, Action<long> meter)
    {
        var buffer = new byte[128 * 1024];
        int read;
        while ((read = await body.ReadAsync(buffer, silence.Token)) > 0)
        {
            silence.CancelAfter(Patience);
            if (file.Length + read > MaxBytes)
            {
                throw new ImageBuildException($"{Path.GetFileName(file.Name)}: more than {MaxBytes >> 20} MiB. That is none of the image's inputs.");
            }

            await file.WriteAsync(buffer.AsMemory(0, read), silence.Token);
            meter(file.Position);
        }

        if (total is { } expected && file.Position != expected)
        {
            throw new HttpIOException(HttpRequestError.ResponseEnded, $"It ended after {file.Position} of {expected} bytes.");
        }
    }

    private static Action<long> Meter(Uri url, long? total, IProgress<string>? progress)
    {
        var next = DateTime.UtcNow.AddSeconds(3);
        return done =>
        {
            if (DateTime.UtcNow >= next)
            {
                next = DateTime.UtcNow.AddSeconds(3);
                progress?.Report($"{Path.GetFileName(url.AbsolutePath)}: {done >> 20} of {(total is { } all ? (all >> 20).ToString(System.Globalization.CultureInfo.InvariantCulture) : "?")} MiB");
            }
        };
    }

    private static async Task<string> HashAsync(string path, CancellationToken cancel)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancel));
    }

    // HttpIOException is an IOException too, but of the network; every other IOException is the disk's and ends the download.
    private static bool IsInterruption(Exception failure, CancellationToken cancel) =>
        failure is HttpRequestException or HttpIOException || (failure is OperationCanceledException && !cancel.IsCancellationRequested)
        || failure.InnerException is System.Net.Sockets.SocketException;

    // 404 and the like do not pass by waiting.
    private static bool IsRefusal(Exception failure) =>
        failure is HttpRequestException { StatusCode: >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError };

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (IOException)
        {
            // The first failure is the one to report; a .part is never taken for a file.
        }
    }
}
