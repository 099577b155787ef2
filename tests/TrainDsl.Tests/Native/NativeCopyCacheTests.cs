using System;
using System.IO;
using System.Linq;
using System.Runtime.Versioning;
using System.Threading;
using System.Threading.Tasks;
using TrainDsl.Native;
using Xunit;

namespace TrainDsl.Tests.Native;

[SupportedOSPlatform("linux")]
public class NativeCopyCacheTests
{
    private const string FileName = "libexample.so";
    private static readonly DateTime LongAgo = new(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);

    [LinuxX64Fact]
    public void Places_a_private_file()
    {
        using var folder = new TemporaryFolder();
        byte[] content = Content(1);

        string? path = new NativeCopyCache(folder["traindsl/native"]).TryPlace("key", FileName, content);

        Assert.Equal(folder["traindsl/native/key/" + FileName], path);
        Assert.Equal(content, File.ReadAllBytes(path!));
        const UnixFileMode ReadWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(ReadWrite, File.GetUnixFileMode(path!));
        Assert.All(
            ["traindsl", "traindsl/native", "traindsl/native/key"],
            name => Assert.Equal(ReadWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder[name])));
        Assert.Single(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
    }

    [LinuxX64Fact]
    public void Keeps_a_file_that_is_right()
    {
        using var folder = new TemporaryFolder();
        var cache = new NativeCopyCache(folder["native"]);
        string path = cache.TryPlace("key", FileName, Content(1))!;
        File.SetLastWriteTimeUtc(path, LongAgo);

        Assert.Equal(path, cache.TryPlace("key", FileName, Content(1)));
        Assert.Equal(LongAgo, File.GetLastWriteTimeUtc(path));
    }

    [LinuxX64Theory]
    [InlineData("one byte")]
    [InlineData("shorter")]
    [InlineData("longer")]
    [InlineData("empty")]
    public void Rewrites_a_damaged_file(string damage)
    {
        using var folder = new TemporaryFolder();
        var cache = new NativeCopyCache(folder["native"]);
        byte[] content = Content(1);
        string path = cache.TryPlace("key", FileName, content)!;
        byte[] damaged = damage switch
        {
            "one byte" => [.. content[..100], (byte)(content[100] ^ 1), .. content[101..]],
            "shorter" => content[..^1],
            "longer" => [.. content, 0],
            _ => [],
        };
        File.WriteAllBytes(path, damaged);

        Assert.Equal(path, cache.TryPlace("key", FileName, content));
        Assert.Equal(content, File.ReadAllBytes(path));
    }

    [LinuxX64Fact]
    public void Takes_back_a_folder_that_others_may_write_to()
    {
        using var folder = new TemporaryFolder();
        var cache = new NativeCopyCache(folder["native"]);
        cache.TryPlace("key", FileName, Content(1));
        File.SetUnixFileMode(folder["native/key"], (UnixFileMode)0b111_111_111);

        cache.TryPlace("key", FileName, Content(1));

        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(folder["native/key"]));
    }

    [LinuxX64Fact]
    public void Says_when_it_cannot_be_used()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "not a folder");
        Assert.Null(new NativeCopyCache(folder["file/native"]).TryPlace("key", FileName, Content(1)));
        Assert.Null(new NativeCopyCache(root: null).TryPlace("key", FileName, Content(1)));

        Directory.CreateDirectory(folder["native/key/" + FileName]);
        Assert.Null(new NativeCopyCache(folder["native"]).TryPlace("key", FileName, Content(1)));
        Assert.Empty(Directory.GetFiles(folder["native/key"]));
    }

    [LinuxX64Fact]
    public async Task Shows_a_complete_file_or_none_while_many_write_it()
    {
        using var folder = new TemporaryFolder();
        byte[] content = Content(1);
        string path = folder["native/key/" + FileName];
        using var written = new CancellationTokenSource();
        int seen = 0;
        var reader = Task.Factory.StartNew(
            () =>
            {
                do
                {
                    bool last = written.IsCancellationRequested;
                    if (File.Exists(path))
                    {
                        Assert.True(content.AsSpan().SequenceEqual(File.ReadAllBytes(path)), "An incomplete file was seen.");
                        seen++;
                    }

                    if (last)
                    {
                        break;
                    }
                }
                while (true);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

        await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => Task.Run(
            () => Assert.Equal(path, new NativeCopyCache(folder["native"]).TryPlace("key", FileName, content)))));
        await written.CancelAsync();
        await reader;

        Assert.True(seen > 0);
        Assert.Equal([path], Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
    }

    [LinuxX64Fact]
    public void Names_folders_by_content_and_revision()
    {
        Assert.Equal(NativeCopyCache.Key(Content(1), 1), NativeCopyCache.Key(Content(1), 1));
        Assert.NotEqual(NativeCopyCache.Key(Content(1), 1), NativeCopyCache.Key(Content(2), 1));
        Assert.NotEqual(NativeCopyCache.Key(Content(1), 1), NativeCopyCache.Key(Content(1), 2));

        // FIPS 180-2, appendix B.1.
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad-3", NativeCopyCache.Key("abc"u8, 3));
    }

    private static byte[] Content(int seed)
    {
        byte[] content = new byte[1 << 20];
        new Random(seed).NextBytes(content);
        return content;
    }
}
