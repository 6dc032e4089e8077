import ArgumentParser
import Foundation
import Tensors

/// Says what computes here, how fast, and what would make it faster.
struct EngineDoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Measure the numerical library of this machine.")

  @Flag(help: "Print one JSON object.")
  var json = false

  private struct Report: Encodable {
    var libtorch: String
    var blas: BlasLibrary
    var threads: Int
    var processors: Int
    var gigaflops: Double
    var problems: [Problem]
  }

  private struct Problem: Encodable {
    var level: String
    var text: String
    var advice: String
  }

  func run() throws {
    let blas = BlasLibrary.loaded()
    let rate = Self.measure()
    let report = Report(
      libtorch: Numerics.version, blas: blas, threads: Numerics.threads,
      processors: ProcessInfo.processInfo.activeProcessorCount, gigaflops: rate,
      problems: Self.problems(blas))
    if json {
      try Output.line(Output.json(report))
      return
    }
    try Output.line("ok       libtorch \(report.libtorch)")
    try Output.line("ok       \(blas.summary)\(blas.path.map { " (\($0))" } ?? "")")
    try Output.line("ok       \(report.threads) threads on \(report.processors) processors")
    try Output.line(
      String(format: "ok       %.0f GFLOP/s in fp32 matrix products, measured", rate))
    for problem in report.problems {
      let level = problem.level.padding(toLength: 9, withPad: " ", startingAt: 0)
      try Output.line("\(level)\(problem.text) \(problem.advice)")
    }
    if report.problems.contains(where: { $0.level == "problem" }) { throw ExitCode.failure }
  }

  /// fp32 GFLOP/s of the products that linear layers make: the best of several rounds.
  private static func measure() -> Double {
    let size = 1024
    let generator = TensorGenerator(seed: 1)
    let a = generator.normal([size, size])
    let b = generator.normal([size, size])
    return withoutGradients {
      _ = a.matrixProduct(b)
      var best = 0.0
      for _ in 0..<8 {
        let start = DispatchTime.now().uptimeNanoseconds
        for _ in 0..<4 { _ = a.matrixProduct(b) }
        let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
        best = max(best, 4 * 2 * pow(Double(size), 3) / seconds / 1e9)
      }
      return best
    }
  }

  private static func problems(_ blas: BlasLibrary) -> [Problem] {
    var problems: [Problem] = []
    let flags = processorFlags()
    if let kernel = blas.kernel {
      let slow = ["Prescott", "Core2", "Nehalem", "Penryn", "Generic", "Barcelona", "Dunnington"]
      if slow.contains(kernel), flags.contains("avx2") {
        problems.append(
          Problem(
            level: "problem",
            text: "OpenBLAS does not know this processor and runs its \(kernel) kernels, about ten "
              + "times slower than it could.",
            advice: "Set OPENBLAS_CORETYPE=\(flags.contains("avx512f") ? "SkylakeX" : "Haswell")."))
      } else if kernel == "Haswell", flags.isSuperset(of: ["avx512f", "avx512bw", "avx512vl"]),
        ProcessInfo.processInfo.environment["OPENBLAS_CORETYPE"] == "Haswell"
      {
        problems.append(
          Problem(
            level: "warning",
            text: "OPENBLAS_CORETYPE=Haswell is set, and this processor has AVX-512.",
            advice: "Unset it to let primer choose SkylakeX, unless it was set for a reason."))
      }
    } else {
      problems.append(
        Problem(
          level: "problem", text: "The BLAS library in use is not OpenBLAS.",
          advice: "Install libopenblas0-openmp (apt-get install libopenblas0-openmp)."))
    }
    if let path = blas.path, path.contains("pthread") {
      problems.append(
        Problem(
          level: "warning",
          text: "The pthread build of OpenBLAS is in use, about 1.8 times slower beside libtorch.",
          advice: "Install libopenblas0-openmp; primer puts it first when it is there."))
    }
    return problems
  }

  private static func processorFlags() -> Set<String> {
    guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("flags") }),
      let colon = line.firstIndex(of: ":")
    else { return [] }
    return Set(line[line.index(after: colon)...].split(separator: " ").map(String.init))
  }
}
