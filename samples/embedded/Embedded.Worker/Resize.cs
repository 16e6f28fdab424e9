using TaskApi;

namespace Embedded.Worker;

/// <summary>Makes an image smaller: it computes, so it has threads of its own.</summary>
public static class Resize
{
    public static Image Run(ResizeInput input, TaskContext context, CancellationToken cancellationToken)
    {
        var (image, width) = input;
        if (width < 1 || width > image.Width || image.Pixels.Length % image.Width != 0)
            throw new TaskFailedException("wrong-size", $"An image of width {image.Width} can't be made {width} wide.", retry: false);

        var height = Math.Max(1, image.Height * width / image.Width);
        var pixels = new byte[width * height];
        for (var y = 0; y < height; y++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var x = 0; x < width; x++)
                pixels[(y * width) + x] = image.Pixels[(y * image.Height / height * image.Width) + (x * image.Width / width)];
            context.ReportProgress(y + 1, height);
        }

        return new Image(width, pixels);
    }
}

public sealed record ResizeInput(Image Image, int Width);

/// <summary>Shades of grey, row by row.</summary>
public sealed record Image(int Width, byte[] Pixels)
{
    public int Height => Pixels.Length / Width;
}
