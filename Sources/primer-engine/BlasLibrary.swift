import Foundation
import Glibc
import Tensors

/// The linear-algebra library that this process has loaded, found by asking the dynamic linker.
struct BlasLibrary {
  /// The library's file.
  var path: String?
  /// OpenBLAS's kernel, as `SkylakeX`; nil for another library.
  var kernel: String?
  /// OpenBLAS's own description of how it was built.
  var build: String?

  /// Whether libtorch brings MKL itself, as the upstream builds do.
  var isInsideLibtorch = false

  /// `OpenBLAS SkylakeX`, or the file's name.
  var summary: String {
    if let kernel { return "OpenBLAS \(kernel)" }
    if isInsideLibtorch { return "MKL, inside libtorch" }
    return path.map { URL(filePath: $0).lastPathComponent } ?? "no BLAS library"
  }

  /// The path of a loaded library whose path satisfies a condition.
  private static func loadedFile(where condition: (Substring) -> Bool) -> String? {
    // Read to its end: the file says that it has no size.
    let data = FileHandle(forReadingAtPath: "/proc/self/maps")?.readDataToEndOfFile() ?? Data()
    let maps = String(decoding: data, as: UTF8.self)
    let line = maps.split(separator: "\n").first { line in
      line.contains(".so") && condition(line)
    }
    return line.flatMap { line in line.firstIndex(of: "/").map { String(line[$0...]) } }
  }

  /// What is loaded now.
  static func loaded() -> BlasLibrary {
    func text(_ symbol: String) -> String? {
      guard let address = dlsym(nil, symbol) else { return nil }
      typealias Query = @convention(c) () -> UnsafePointer<CChar>?
      return unsafeBitCast(address, to: Query.self)().map { String(cString: $0) }
    }
    var library = BlasLibrary()
    library.kernel = text("openblas_get_corename")
    library.build = text("openblas_get_config")
    library.isInsideLibtorch = Numerics.parallelInfo.contains("Math Kernel Library")
    library.path = loadedFile { $0.contains("openblas") || $0.contains("libblas") }
    return library
  }
}
