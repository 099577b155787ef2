namespace TrainDsl.Native;

/// <summary>One entry of <c>.gnu.version_r</c>: a version that the image needs from another library.</summary>
/// <param name="Library">The library that has to define the version, such as <c>libstdc++.so.6</c>.</param>
/// <param name="Name">The version, such as <c>GLIBCXX_3.4.30</c>.</param>
/// <param name="NameOffset">Where the name lies in the dynamic string table.</param>
/// <param name="Hash">The System V hash of the name, as stored.</param>
/// <param name="Index">The number by which <c>.gnu.version</c> refers to this entry.</param>
/// <param name="Offset">Where the entry (<c>Elf64_Vernaux</c>) lies in the file.</param>
internal readonly record struct ElfVersionNeed(string Library, string Name, uint NameOffset, uint Hash, ushort Index, int Offset);
