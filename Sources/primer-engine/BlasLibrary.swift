import Foundation
import Glibc

/// The linear-algebra library that this process has loaded, found by asking the dynamic linker.
struct BlasLibrary {
  /// The library's file.
  var path: String?
  /// OpenBLAS's kernel, as `SkylakeX`; nil for another library.
  var kernel: String?
  /// OpenBLAS's own description of how it was built.
  var build: String?

  /// `OpenBLAS SkylakeX`, or the file's name.
  var summary: String {
    if let kernel { return "OpenBLAS \(kernel)" }
    return path.map { URL(filePath: $0).lastPathComponent } ?? "no BLAS library"
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
    if let address = dlsym(nil, "sgemm_") {
      var information = Dl_info()
      if dladdr(address, &information) != 0, let name = information.dli_fname {
        library.path = String(cString: name)
      }
    }
    return library
  }
}
