import Foundation
import LabNotebook
import Processes
import RunFolders
import RunQueue

/// Lets `primer-engine doctor` tell about the numerics.
struct EngineCheck {
  /// What came of it: the engine's own findings, and whether it said that all is well.
  var findings: [Finding] {
    let path: String
    do {
      path = try EngineProcess.locate()
    } catch {
      return [
        .problem(
          "engine", "\(error)",
          advice: "Build it (swift build -c release), or put it beside primer")
      ]
    }
    do {
      return [.ok("engine", path)] + (try run(path))
    } catch {
      return [
        .problem(
          "engine", "\(path) did not start: \(error)",
          advice: "Install what it needs: apt-get install libtorch-dev libopenblas0-openmp")
      ]
    }
  }

  private func run(_ path: String) throws -> [Finding] {
    let outcome = try ChildProcess.outcome(
      of: path, ["doctor", "--json"], environment: EngineProcess.environment())
    let lines = String(decoding: outcome.output, as: UTF8.self).split(separator: "\n")
    let findings = lines.compactMap {
      try? JSONDecoder().decode(Finding.self, from: Data($0.utf8))
    }
    let problems = findings.contains { $0.status == .problem }
    if outcome.ending != .exited(0), !problems {
      return findings + [
        .problem(
          "engine",
          "its own check ended with status \(outcome.ending.status): "
            + String(decoding: outcome.errors, as: UTF8.self).trimmingCharacters(
              in: .whitespacesAndNewlines),
          advice: "Install what it needs: apt-get install libtorch-dev libopenblas0-openmp")
      ]
    }
    return findings
  }
}
