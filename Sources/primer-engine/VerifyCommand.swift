import ArgumentParser
import Foundation
import Laboratory

/// Runs reference cases, one line each.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Compare this program with reference cases made by other implementations.",
    usage: "primer verify [--json] CASE…",
    discussion: """
      Each case is a folder with a case.json. One line a case gives the largest relative error;
      the exit status is 1 if any fails. PRIMER_E5 names the directory of multilingual-e5-small
      for the cases that need it; without it they are skipped, and the line says so.
      """)

  @Argument(help: "Folders of reference cases.", completion: .directory)
  var cases: [String]

  @Flag(help: "Print one JSON object a line.")
  var json = false

  func run() throws {
    let verification = Verification(
      encoderDirectory: ProcessInfo.processInfo.environment["PRIMER_E5"])
    var failed = false
    let folders = cases.filter { path in
      // A shell's `golden/*` also names files beside the cases.
      var isDirectory: ObjCBool = false
      return !FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
        || isDirectory.boolValue
    }
    guard !folders.isEmpty else {
      throw LaboratoryError(
        "\(cases.joined(separator: " ")): a file, not a reference case; expected folders with a "
          + "case.json in each.")
    }
    for folder in folders {
      let result: VerificationResult
      do {
        result = try verification.run(folder)
      } catch {
        result = VerificationResult(
          name: URL(filePath: folder).lastPathComponent, outcome: .failed, largestError: nil,
          detail: "\(error)", comparedCount: 0)
      }
      failed = failed || result.outcome == .failed
      try Output.line(json ? Output.json(result) : Self.text(result))
    }
    if failed { throw ExitCode.failure }
  }

  private static func text(_ result: VerificationResult) -> String {
    let width = max(30, result.name.count)
    let name = result.name.padding(toLength: width, withPad: " ", startingAt: 0)
    let error = result.largestError.map { String(format: "%.2e  ", $0) } ?? ""
    let outcome = result.outcome.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)
    let compared = result.comparedCount > 0 ? "\(result.comparedCount) compared, " : ""
    return "\(outcome)\(name)  \(error)\(compared)\(result.detail)"
  }
}
