import ArgumentParser
import Foundation
import RunFolders
import Tensors

/// Says what computes here, how fast, and what would make it faster.
struct EngineDoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Measure the numerical library of this machine.")

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let blas = BlasLibrary.loaded()
    let rate = Self.measure()
    let processors = ProcessInfo.processInfo.activeProcessorCount
    var findings: [Finding] = [
      .ok("engine", "libtorch \(Numerics.version)"),
      .ok("engine", "\(blas.summary)\(blas.path.map { " (\($0))" } ?? "")"),
      .ok(
        "engine",
        "derivatives of linear layers by "
          + (Numerics.productLibrary.map { "oneDNN (\($0))" } ?? "the same")),
      .ok("engine", "\(Numerics.threads) threads on \(processors) processors"),
      .ok("engine", String(format: "%.0f GFLOP/s in fp32 matrix products, measured now", rate)),
    ]
    findings += Self.complaints(blas)
    for finding in findings { try Output.line(json ? Output.json(finding) : finding.line) }
    if findings.contains(where: { $0.status == .problem }) { throw ExitCode.failure }
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

  private static func complaints(_ blas: BlasLibrary) -> [Finding] {
    var complaints: [Finding] = []
    let flags = EngineEnvironment.processorFlags
    let asked = ProcessInfo.processInfo.environment["OPENBLAS_CORETYPE"]
    if let kernel = blas.kernel {
      let slow = ["Prescott", "Core2", "Nehalem", "Penryn", "Generic", "Barcelona", "Dunnington"]
      let best = flags.contains("avx512f") ? "SkylakeX" : "Haswell"
      if slow.contains(kernel), flags.contains("avx2") {
        complaints.append(
          .problem(
            "engine",
            "OpenBLAS does not know this processor and runs its \(kernel) kernels, about ten times "
              + "slower than it could",
            advice: "Set OPENBLAS_CORETYPE=\(best)"))
      } else if kernel == "Haswell", asked == "Haswell",
        flags.isSuperset(of: ["avx512f", "avx512bw", "avx512vl", "avx512dq"])
      {
        complaints.append(
          .warning(
            "engine", "OPENBLAS_CORETYPE=Haswell is set, and this processor has AVX-512",
            advice: "Unset it to let primer choose SkylakeX, unless it was set for a reason"))
      }
    } else if !blas.isInsideLibtorch {
      complaints.append(
        .problem(
          "engine", "the BLAS library in use is not OpenBLAS",
          advice: "Install it: apt-get install libopenblas0-openmp"))
    }
    if let path = blas.path, path.contains("pthread") {
      complaints.append(
        .warning(
          "engine", "the pthread build of OpenBLAS is in use, slower beside libtorch",
          advice: "Install libopenblas0-openmp; primer puts it first when it is there"))
    }
    return complaints
  }
}
