internal static class Statements
{
    // What the statements of a page take as given. A local of the same name hides it.
    private static DigitTraining training => throw new NotSupportedException();

    private static DigitImages images => throw new NotSupportedException();

    private static DigitImages trainingImages => throw new NotSupportedException();

    private static DigitImages validationImages => throw new NotSupportedException();

    private static IServiceCollection services => throw new NotSupportedException();

    private static IServiceProvider provider => throw new NotSupportedException();

    internal static void Run()
    {
        /* the block */
    }
}
