partial class /* the class */
{
    /* the block */
}
