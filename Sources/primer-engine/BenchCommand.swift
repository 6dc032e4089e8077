import Processes
import ArgumentParser
import Foundation
import Laboratory
import Tensors

/// Measures the engine at the work of the yardstick.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure how fast this machine tunes, primes and predicts.",
    usage: """
      primer bench --model DIR --panx DIR [--workload tune|prime|prime2|predict|linear …] [--threads N]
      primer bench --model DIR --panx DIR --plain
      primer bench --compare A.jsonl B.jsonl
      """,
    discussion: """
      fp32, batches of 16 PAN-X sentences (train of en, de, fr; test of nl), Pfeiffer adapters of \
      reduction 16; one JSON object a workload, each in a process of its own so that its peak \
      memory is its own. --compare prints the ratios of two files with such lines, A to B: medians \
      over the lines of a workload, and from the least to the largest ratio of their pairs. Measure \
      when nothing else runs, and in turn. linear measures the encoder's linear layers alone, and \
      how near they come to the fastest product of matrices seen here. --plain measures the same \
      work with libtorch's own operations in place of the hand-written kernels, --plain-only with \
      some of them, so that a comparison with the usual form tells what each kernel earns.
      """)

  @Option(help: "A Hugging Face model directory.", completion: .directory)
  var model: String?

  @Option(
    help: "A folder with a PAN-X folder for each of en, de, fr and nl.", completion: .directory)
  var panx: String?

  @Option(parsing: .upToNextOption, help: "What to measure; all but linear if nothing is said.")
  var workload: [Benchmark.Workload] = []

  @Option(help: "Threads that compute; all of the machine's if nothing is said.")
  var threads: Int?

  @Option(help: "How long to measure each, in seconds.")
  var seconds = 20.0

  @Option(help: "The longest input, in subwords.")
  var subwords = 64

  @Flag(help: "Join sentences until an input is as long as it may be, to see how work grows.")
  var fill = false

  @Option(help: "Tasks of an outer step.")
  var metaBatch = 1

  @Flag(help: "Measure the plain form of every operation that a hand-written kernel computes.")
  var plain = false

  @Option(parsing: .upToNextOption, help: "Measure the plain form of these operations only.")
  var plainOnly: [FusedOperation] = []

  @Option(
    parsing: .upToNextOption, help: "Two files of such lines, to compare.", completion: .file())
  var compare: [String] = []

  @Flag(help: "Print JSON, which this command always does but for --compare.")
  var json = false

  func validate() throws {
    if !compare.isEmpty {
      guard compare.count == 2 else { throw ValidationError("--compare takes two files") }
      return
    }
    guard model != nil, panx != nil else {
      throw ValidationError("--model and --panx are needed, or --compare with two files")
    }
    guard seconds > 0, seconds < 86_400 else {
      throw ValidationError("--seconds must be above 0, not \(seconds)")
    }
    guard (8...512).contains(subwords) else {
      throw ValidationError("--subwords must be from 8 to 512, not \(subwords)")
    }
    guard (1...64).contains(metaBatch) else {
      throw ValidationError("--meta-batch must be from 1 to 64, not \(metaBatch)")
    }
    if let threads, threads < 1 { throw ValidationError("--threads must be at least 1") }
    if plain, !plainOnly.isEmpty {
      throw ValidationError("--plain is every operation; expected it or --plain-only, not both")
    }
  }

  func run() throws {
    if compare.count == 2 {
      try Output.line(BenchmarkComparison(paths: compare).table)
      return
    }
    guard let model, let panx else { return }
    let workloads = workload.isEmpty ? Benchmark.Workload.yardstick : workload
    if workloads.count > 1 {
      for workload in workloads { try measureElsewhere(workload) }
      return
    }
    if let threads { Numerics.threads = threads }
    FusedOperation.inPlainForm = Set(plain ? FusedOperation.allCases : plainOnly)
    var sizes = Benchmark.Sizes()
    (sizes.maximumSubwords, sizes.metaBatchSize) = (subwords, metaBatch)
    sizes.fillsInputs = fill
    let benchmark = try Benchmark(
      workloads[0], modelPath: model, panxPath: panx, sizes: sizes)
    let result = try BenchmarkResult.measure(
      benchmark, seconds: seconds, sinceStart: Self.secondsSinceStart)
    try Output.line(Output.json(result))
  }

  /// A workload in a process of its own, which prints its line.
  private func measureElsewhere(_ workload: Benchmark.Workload) throws {
    let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().path
    var arguments = ["bench", "--model", model ?? "", "--panx", panx ?? ""]
    arguments += ["--workload", workload.rawValue, "--seconds", "\(seconds)"]
    arguments += ["--subwords", "\(subwords)", "--meta-batch", "\(metaBatch)"]
    if fill { arguments.append("--fill") }
    if plain { arguments.append("--plain") }
    if !plainOnly.isEmpty { arguments += ["--plain-only"] + plainOnly.map(\.rawValue) }
    if let threads { arguments += ["--threads", "\(threads)"] }
    let ending = try ChildProcess(program, arguments, errors: .inherited).wait()
    if ending != .exited(0) { throw ExitCode(ending.status) }
  }

  /// Seconds since this process was started, by the kernel's account.
  private static func secondsSinceStart() -> Double {
    guard let stat = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
      let uptime = try? String(contentsOfFile: "/proc/uptime", encoding: .utf8),
      let now = uptime.split(separator: " ").first.flatMap({ Double($0) }),
      let rest = stat.split(separator: ")").last?.split(separator: " "), rest.count > 19,
      let ticks = Double(rest[19])
    else { return .nan }
    return now - ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
  }
}

extension Benchmark.Workload: ExpressibleByArgument {}
extension FusedOperation: ExpressibleByArgument {}
