import ArgumentParser
import Foundation
import NamedEntities
import RunFolders
import Tensors

/// The background engine: one process a run, and the commands that compute.
///
/// The numerical library reads its settings from the environment when it is loaded, so a process
/// that was started without them starts itself again with them.
@main
struct EngineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: CommandLine.arguments.first == "primer" ? "primer" : "primer-engine",
    abstract: "Computes for primer: carries out runs, tags text, checks reference cases.",
    discussion: "Users call primer, which starts this program where it is needed.",
    subcommands: [
      WorkCommand.self, ExportModelCommand.self, PredictCommand.self, ProbeCommand.self,
      VerifyCommand.self, TokenizeCommand.self, EncodersCommand.self, BenchCommand.self,
      EngineDoctorCommand.self,
    ])

  static func main() {
    StandardStreams.keepNumbers()
    do {
      try EngineEnvironment.restartIfNeeded(
        threads: WorkCommand.threads(askedBy: CommandLine.arguments))
    } catch {
      say("primer-engine: \(error)")
      Foundation.exit(1)
    }
    LoadedLibraries.releasePages()
    useAllThreads()
    do {
      var command = try parseAsRoot(nil)
      try command.run()
    } catch {
      var status = exitCode(for: error)
      let message = fullMessage(for: error)
      if status.isSuccess {
        do {
          try Output.write(message.isEmpty ? "" : message + "\n")
        } catch {
          say("Error: \(error)")
          status = .failure
        }
      } else if !message.isEmpty {
        say(message)
      }
      Foundation.exit(status.rawValue)
    }
  }

  /// Says a line on standard error; nothing in it steers the terminal.
  private static func say(_ text: String) {
    StandardStreams.tell(text.linesWithVisibleControls + "\n")
  }

  /// Sets the threads that the environment asks for; libtorch may begin with one.
  private static func useAllThreads() {
    let asked = ProcessInfo.processInfo.environment["OMP_NUM_THREADS"].flatMap { Int($0) }
    Numerics.threads = max(1, asked ?? ProcessInfo.processInfo.activeProcessorCount)
  }
}
