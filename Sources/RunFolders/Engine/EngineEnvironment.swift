import Foundation

/// The environment that the engine needs before its numerical library is loaded.
///
/// OpenBLAS chooses its kernels and OpenMP its threads when they start, so whoever starts the
/// engine sets these, or the engine starts itself again with them.
package enum EngineEnvironment {
  /// Marks a process that already has the environment.
  package static let marker = "PRIMER_ENGINE_ENVIRONMENT"

  /// The threads that compute where nobody asks for a number: the user's `OMP_NUM_THREADS`, else one
  /// for each processor.
  package static func automaticThreads(
    _ environment: [String: String] = ProcessInfo.processInfo.environment,
    processors: Int = ProcessInfo.processInfo.activeProcessorCount
  ) -> Int {
    max(1, environment["OMP_NUM_THREADS"].flatMap { Int($0) } ?? processors)
  }

  /// The environment with what the engine needs added; what the user set stays.
  ///
  /// - Parameters:
  ///   - processorFlags: The `flags` of /proc/cpuinfo.
  ///   - threads: The threads that compute; 0 for every processor. No more than there are
  ///     processors, unless the user's `OMP_NUM_THREADS` insists: threads that share a processor
  ///     make OpenMP code many times slower.
  ///   - processors: How many processors there are.
  ///   - libraryFolders: Folders of OpenBLAS's OpenMP build, for the library search path.
  package static func additions(
    to environment: [String: String], processorFlags: Set<String>, threads: Int,
    processors: Int = ProcessInfo.processInfo.activeProcessorCount,
    libraryFolders: [String] = openBlasFolders
  ) -> [String: String] {
    var result = environment
    result[marker] = "1"
    if environment["OPENBLAS_CORETYPE"] == nil, let kernel = kernel(for: processorFlags) {
      result["OPENBLAS_CORETYPE"] = kernel
    }
    let most = max(processors, environment["OMP_NUM_THREADS"].flatMap { Int($0) } ?? 0)
    let count = threads > 0 ? min(threads, most) : processors
    if threads > 0 || environment["OMP_NUM_THREADS"] == nil {
      result["OMP_NUM_THREADS"] = String(count)
    }
    result["OPENBLAS_NUM_THREADS"] = result["OMP_NUM_THREADS"]
    // Threads that wait by spinning take the processor from the screen.
    if environment["OMP_WAIT_POLICY"] == nil { result["OMP_WAIT_POLICY"] = "PASSIVE" }
    let search = environment["LD_LIBRARY_PATH"]?.split(separator: ":").map(String.init) ?? []
    let missing = libraryFolders.filter { !search.contains($0) }
    if !missing.isEmpty { result["LD_LIBRARY_PATH"] = (missing + search).joined(separator: ":") }
    return result
  }

  /// OpenBLAS's kernel for a processor; nil leaves the choice to OpenBLAS.
  ///
  /// OpenBLAS 0.3.21 falls back to SSE3 kernels on processors that are newer than it.
  static func kernel(for flags: Set<String>) -> String? {
    if flags.isSuperset(of: ["avx512f", "avx512bw", "avx512vl", "avx512dq", "fma"]) {
      return "SkylakeX"
    }
    if flags.isSuperset(of: ["avx2", "fma"]) { return "Haswell" }
    return nil
  }

  /// The `flags` of this machine's first processor; none where the system does not say.
  package static var processorFlags: Set<String> {
    guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("flags") }),
      let colon = line.firstIndex(of: ":")
    else { return [] }
    return Set(line[line.index(after: colon)...].split(separator: " ").map(String.init))
  }

  /// The folders of OpenBLAS's OpenMP build on Debian, which is faster beside libtorch.
  package static var openBlasFolders: [String] {
    let roots = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib")) ?? []
    return roots.sorted().map { "/usr/lib/\($0)/openblas-openmp" }
      .filter { FileManager.default.fileExists(atPath: $0 + "/libblas.so.3") }
  }
}
